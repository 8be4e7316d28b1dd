using System.Runtime.InteropServices;
using System.Xml;

namespace Aftercare.Channels.Events;

/// <summary>
/// An audit message of DICOM PS3.15 A.5.1 or RFC 3881 §6, whose attributes are spelled differently (<c>csd-code</c>, <c>code</c>). Display names and
/// descriptions are free text and are not read.
/// </summary>
internal static class AuditMessage
{
    private const string Root = "AuditMessage";

    /// <summary>True when a syslog message carries one.</summary>
    internal static bool LooksLikeOne(ReadOnlySpan<byte> message)
    {
        var text = message.TrimStart(" \t\r\n"u8);
        return text.StartsWith("<?xml"u8) || text.StartsWith("<AuditMessage"u8);
    }

    /// <exception cref="EventFaultException">Refused.</exception>
    internal static void Read(ReadOnlyMemory<byte> xml, EventLimits limits, RawEvent into)
    {
        if (xml.Length > limits.MostBytes)
            throw new EventFaultException(limits.MostBytes, $"The audit message has more than {limits.MostBytes} bytes.");
        // NUL ends the message of some senders.
        var trimmed = xml[..xml.Span.TrimEnd(" \t\r\n\0"u8).Length];
        trimmed = trimmed[(trimmed.Length - trimmed.Span.TrimStart(" \t\r\n"u8).Length)..];
        var bytes = MemoryMarshal.TryGetArray(trimmed, out var segment) ? segment : new ArraySegment<byte>(trimmed.ToArray());
        using var stream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false);
        using var reader = XmlReader.Create(stream, Settings(limits));
        try
        {
            Read(reader, limits, into);
        }
        catch (XmlException e)
        {
            const string Why = "The audit message is not well-formed XML without a DTD.";
            throw new EventFaultException(Math.Max(e.LinePosition, 0), Why, Math.Max(e.LineNumber, 1));
        }
    }

    private static XmlReaderSettings Settings(EventLimits limits) => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = limits.MostBytes,
        MaxCharactersFromEntities = 1,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    private static void Read(XmlReader reader, EventLimits limits, RawEvent into)
    {
        var (elements, identified, coded) = (0, false, false);
        var parent = "";
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (++elements > limits.MostXmlElements)
                throw Fault(reader, $"There are more than {limits.MostXmlElements} elements.");
            if (reader.Depth >= limits.MostDepth)
                throw Fault(reader, $"Elements are nested more than {limits.MostDepth} deep.");
            if (reader.AttributeCount > limits.MostAttributes)
                throw Fault(reader, $"An element has more than {limits.MostAttributes} attributes.");
            var name = reader.LocalName;
            switch (reader.Depth)
            {
                case 0 when name != Root:
                    throw Fault(reader, $"The document is not an {Root}.");
                case 1:
                    if (name == "EventIdentification" && identified)
                        throw Fault(reader, "The event is identified twice.");
                    identified |= name == "EventIdentification";
                    parent = name;
                    Part(reader, name, into);
                    break;
                case 2:
                    if (parent == "EventIdentification" && name == "EventID" && coded)
                        throw Fault(reader, "The event has two ids.");
                    coded |= parent == "EventIdentification" && name == "EventID";
                    Child(reader, parent, name, into);
                    break;
            }
        }
        if (!identified || !coded)
            throw Fault(reader, "The event is not identified.");
    }

    private static void Part(XmlReader reader, string name, RawEvent into)
    {
        ReadOnlySpan<(string Attribute, string Field)> fields = name switch
        {
            "EventIdentification" =>
                [("EventActionCode", "event.action"), ("EventDateTime", EventField.At), ("EventOutcomeIndicator", "event.outcome")],
            "ActiveParticipant" =>
            [
                ("UserID", "user.id"), ("AlternativeUserID", "user.other-id"), ("UserName", "user.name"), ("UserIsRequestor", "user.requestor"),
                ("NetworkAccessPointID", "user.network"), ("NetworkAccessPointTypeCode", "user.network-type"),
            ],
            "AuditSourceIdentification" =>
                [("AuditSourceID", "source.id"), ("AuditEnterpriseSiteID", "source.site"), ("code", "source.type"), ("csd-code", "source.type")],
            "ParticipantObjectIdentification" =>
            [
                ("ParticipantObjectID", "object.id"), ("ParticipantObjectTypeCode", "object.type"), ("ParticipantObjectTypeCodeRole", "object.role"),
                ("ParticipantObjectDataLifeCycle", "object.life-cycle"), ("ParticipantObjectSensitivity", "object.sensitivity"),
            ],
            _ => [],
        };
        foreach (var (attribute, field) in fields)
            into.Add(field, reader.GetAttribute(attribute));
    }

    private static void Child(XmlReader reader, string parent, string name, RawEvent into)
    {
        switch (parent, name)
        {
            case ("EventIdentification", "EventID"):
                into.Add("event.code", Code(reader));
                break;
            case ("EventIdentification", "EventTypeCode"):
                into.Add("event.type", Code(reader));
                break;
            case ("ActiveParticipant", "RoleIDCode"):
                into.Add("user.role", Code(reader));
                break;
            case ("AuditSourceIdentification", "AuditSourceTypeCode"):
                into.Add("source.type", Plain(reader));
                break;
            case ("ParticipantObjectIdentification", "ParticipantObjectIDTypeCode"):
                into.Add("object.id-type", Plain(reader));
                break;
            case ("ParticipantObjectIdentification", "ParticipantObjectDetail"):
                into.Add("object.detail", reader.GetAttribute("value"));
                break;
            case ("ParticipantObjectIdentification", "ParticipantObjectName" or "ParticipantObjectQuery"):
                var field = name == "ParticipantObjectName" ? "object.name" : "object.query";
                // Leaves the reader on the text; the end that follows is of no interest.
                into.Add(field, !reader.IsEmptyElement && reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value : null);
                break;
        }
    }

    private static string? Plain(XmlReader reader) => reader.GetAttribute("csd-code") ?? reader.GetAttribute("code");

    // "DCM:110113"; a code without its scheme says nothing.
    private static string? Code(XmlReader reader) =>
        Plain(reader) is { } code && reader.GetAttribute("codeSystemName") is { } scheme ? $"{scheme}:{code}" : null;

    private static EventFaultException Fault(XmlReader reader, string why)
    {
        var place = (IXmlLineInfo)reader;
        return new(place.LinePosition, why, Math.Max(place.LineNumber, 1));
    }
}
