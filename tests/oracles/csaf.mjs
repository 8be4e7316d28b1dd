// Judges CSAF 2.0 documents in the files given: the strict schema and every mandatory test of @secvisogram/csaf-validator-lib.
// Prints one line of JSON a file: { file, faults: [{ test, instancePath, message }] }. Ends with 0 when no file has a fault, else with 1.
import { readFileSync } from 'node:fs';
import * as basic from '@secvisogram/csaf-validator-lib/basic.js';
import { csaf_2_0_strict } from '@secvisogram/csaf-validator-lib/schemaTests.js';
import validate from '@secvisogram/csaf-validator-lib/validateStrict.js';

const tests = [...new Set([csaf_2_0_strict, ...Object.values(basic)])];

for (const file of process.argv.slice(2)) {
  const { tests: results } = await validate(tests, JSON.parse(readFileSync(file, 'utf8')));
  const faults = results.flatMap(({ name, errors }) => errors.map(({ instancePath, message }) => ({ test: name, instancePath, message })));
  console.log(JSON.stringify({ file, faults }));
  if (faults.length) process.exitCode = 1;
}
