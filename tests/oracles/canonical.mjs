// RFC 8785 by the npm package "canonicalize": one JSON value a line in, one canonical line out.
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';

const lines = readFileSync(0, 'utf8').split('\n');
process.stdout.write(lines.map(line => canonicalize(JSON.parse(line)) + '\n').join(''));
