// Judges CSAF 2.0 documents: the strict schema and every mandatory test of @secvisogram/csaf-validator-lib.
// Reads one document a line from stdin until it ends, and answers each with one line of JSON: [{ test, instancePath, message }], empty for
// a document without a fault. It stays, because loading the validator takes longer than a hundred verdicts.
import { createInterface } from 'node:readline';
import * as basic from '@secvisogram/csaf-validator-lib/basic.js';
import { csaf_2_0_strict } from '@secvisogram/csaf-validator-lib/schemaTests.js';
import validate from '@secvisogram/csaf-validator-lib/validateStrict.js';

const tests = [...new Set([csaf_2_0_strict, ...Object.values(basic)])];

for await (const line of createInterface({ input: process.stdin })) {
  const { tests: results } = await validate(tests, JSON.parse(line));
  console.log(JSON.stringify(results.flatMap(({ name, errors }) => errors.map(({ instancePath, message }) => ({ test: name, instancePath, message })))));
}
