// CSV by the npm package "csv-parse": one JSON object {text, separator} a line in; its rows as JSON a line out, or null where it refuses the text
// or finds nothing in it.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

const lines = readFileSync(0, 'utf8').split('\n');
// Excel's first line is no part of the format, so it is taken off before the judge looks.
const rows = ({ text, separator }) => {
  try {
    const found = parse(text.replace(/^sep=.(\r\n|\n|\r)/, ''), { bom: true, delimiter: separator, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, skip_empty_lines: true });
    return found.length > 0 ? found : null;
  } catch {
    return null;
  }
};
process.stdout.write(lines.map(line => JSON.stringify(rows(JSON.parse(line))) + '\n').join(''));
