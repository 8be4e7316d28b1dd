// Reads syslog messages of RFC 5424, one a line, with nsyslog-parser and answers with one JSON array of what it read.
import { text } from 'node:stream/consumers';
import parse from 'nsyslog-parser';

const lines = (await text(process.stdin)).split('\n');
console.log(JSON.stringify(lines.map((line) => {
  const { prival, ts, host, appName, pid, messageid, structuredData, message } = parse(line, { cef: false, leef: false, fields: false });
  const data = structuredData.map(({ $id, ...parameters }) => ({ id: $id, parameters }));
  return { pri: prival, at: ts.getTime(), host, program: appName, process: pid, id: messageid, data, text: message };
})));
