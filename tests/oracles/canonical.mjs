// Canonical JSON by the npm packages "canonicalize" (argument rfc8785) and "@tufjs/canonical-json" (argument olpc):
// one JSON value a line in, its canonical form as a JSON string a line out.
import { readFileSync } from 'node:fs';

const { default: judge } = await import({ rfc8785: 'canonicalize', olpc: '@tufjs/canonical-json' }[process.argv[2]]);
const canonical = judge.canonicalize ?? judge;
const lines = readFileSync(0, 'utf8').split('\n');
process.stdout.write(lines.map(line => JSON.stringify(canonical(JSON.parse(line))) + '\n').join(''));
