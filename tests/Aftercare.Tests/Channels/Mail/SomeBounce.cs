using System.Text;

namespace Aftercare.Tests.Channels.Mail;

/// <summary>Bounces as servers write them.</summary>
internal static class SomeBounce
{
    /// <summary>Postfix 3.7.11, one recipient of two.</summary>
    internal const string Postfix = """
        Return-Path: <>
        X-Original-To: desk@example.org
        Delivered-To: desk@example.org
        Received: by mail.example (Postfix)
        	id 0805AB32415; Sun, 22 Nov 2026 02:18:53 +0000 (UTC)
        Date: Sun, 22 Nov 2026 02:18:53 +0000 (UTC)
        From: Mail Delivery System <MAILER-DAEMON@mail.example>
        Subject: Undelivered Mail Returned to Sender
        To: desk@example.org
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        	boundary="F3058B3240E.1795313933/mail.example"
        Content-Transfer-Encoding: 8bit
        Message-Id: <20261122021853.0805AB32415@mail.example>

        This is a MIME-encapsulated message.

        --F3058B3240E.1795313933/mail.example
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        This is the mail system at host mail.example.

        <ben@example.org>: unknown user: "ben@example.org"

        --F3058B3240E.1795313933/mail.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example
        X-Postfix-Queue-ID: F3058B3240E
        X-Postfix-Sender: rfc822; desk@example.org
        Arrival-Date: Sun, 22 Nov 2026 02:18:52 +0000 (UTC)

        Final-Recipient: rfc822; ben@example.org
        Original-Recipient: rfc822;ben@example.org
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: X-Postfix; unknown user: "ben@example.org"

        --F3058B3240E.1795313933/mail.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822
        Content-Transfer-Encoding: 8bit

        Return-Path: <desk@example.org>
        Received: from [127.0.0.1] (localhost [127.0.0.1])
        	by mail.example (Postfix) with ESMTP id F3058B3240E;
        	Sun, 22 Nov 2026 02:18:52 +0000 (UTC)
        Message-ID: <r-1@maker.example>
        From: desk@example.org
        To: ben@example.org
        Subject: hi
        Date: Sun, 22 Nov 2026 02:18:52 +0000 (UTC)

        hello

        --F3058B3240E.1795313933/mail.example--

        """;

    /// <summary>The example of RFC 3464 appendix E.1, shortened: two recipients, upper case where case does not matter, comments.</summary>
    internal const string OfTheStandard = """
        From: Mail Delivery Subsystem <MAILER-DAEMON@cs.utk.example>
        MIME-Version: 1.0
        Content-Type: MULTIPART/Report (a (nested) comment); report-type=Delivery-Status;
              boundary="RAA14128.773615765/CS.UTK.EXAMPLE"

        --RAA14128.773615765/CS.UTK.EXAMPLE

        The original message was received at Sat, 7 Jul 1994 07:51:36 -0400

        --RAA14128.773615765/CS.UTK.EXAMPLE
        content-type: message/delivery-status

        Reporting-MTA: dns; cs.utk.example

        Original-Recipient: rfc822;louisl@larry.slip.umd.example
        Final-Recipient: rfc822;louisl@larry.slip.umd.example
        Action: failed
        Status: 4.0.0
        Diagnostic-Code: smtp; 426 connection timed out
        Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400


        Final-Recipient: rfc822;<group@umd.example>
        Action: Delayed (for a day)
        Status: 4.4.1 (no answer)

        --RAA14128.773615765/CS.UTK.EXAMPLE
        content-type: text/rfc822-headers

        Message-Id: <199407072116.RAA14128@cs.utk.example>
        --RAA14128.773615765/CS.UTK.EXAMPLE--
        """;

    /// <summary>As Exim 4 writes it, with the headers only of what came back.</summary>
    internal static string Exim(string to, string about) => $"""
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@mx.elsewhere.example>
        To: {to}
        Content-Type: multipart/report; report-type=delivery-status; boundary=1795313933-eximdsn-904146
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1xYz-000abc-De@mx.elsewhere.example>
        Date: Sun, 22 Nov 2026 02:18:53 +0000

        --1795313933-eximdsn-904146
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

          anna@example.org
            host store.elsewhere.example [192.0.2.7]
            SMTP error from remote mail server after end of data:
            552 5.2.2 mailbox is full

        --1795313933-eximdsn-904146
        Content-type: message/delivery-status

        Reporting-MTA: dns; mx.elsewhere.example

        Action: failed
        Final-Recipient: rfc822;anna@example.org
        Status: 5.2.2
        Remote-MTA: dns; store.elsewhere.example
        Diagnostic-Code: smtp; 552 5.2.2 mailbox is full

        --1795313933-eximdsn-904146
        Content-type: text/rfc822-headers

        Return-path: <{to}>
        Message-ID: {about}
        To: anna@example.org

        --1795313933-eximdsn-904146--

        """;

    internal static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
}
