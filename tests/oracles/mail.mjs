// Reads mails with postal-mime: one in base64 a line, and answers each with one line of JSON: what a reader of the mail would see.
import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';

for await (const line of createInterface({ input: process.stdin })) {
  const { headers, from, to, cc, replyTo, subject, messageId, inReplyTo, references, date, text, attachments } =
    await PostalMime.parse(Buffer.from(line, 'base64'), { attachmentEncoding: 'base64' });
  const files = attachments.map(({ filename, mimeType, disposition, content }) => ({ filename, mimeType, disposition, content }));
  console.log(JSON.stringify({ headers: headers.map(({ key }) => key), from, to, cc, replyTo, subject, messageId, inReplyTo, references, date, text, files }));
}
