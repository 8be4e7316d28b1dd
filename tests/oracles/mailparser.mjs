// Reads mails with mailparser: one in base64 a line, and answers each with one line of JSON, in the shape of mail.mjs.
import { createInterface } from 'node:readline';
import mailparser from 'mailparser';

const people = (list) => [list ?? []].flat().flatMap(({ value }) => value).map(({ name, address }) => ({ name, address }));

for await (const line of createInterface({ input: process.stdin })) {
  const { from, to, subject, messageId, date, text, attachments } =
    await mailparser.simpleParser(Buffer.from(line, 'base64'), { skipTextToHtml: true, skipImageLinks: true, keepCidLinks: true });
  const files = attachments.map(({ filename, contentType, contentDisposition, content }) =>
    ({ filename, mimeType: contentType, disposition: contentDisposition, content: content.toString('base64') }));
  console.log(JSON.stringify({ from: people(from)[0], to: people(to), subject, messageId, date, text, files }));
}
