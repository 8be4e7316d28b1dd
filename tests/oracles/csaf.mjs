// Judges the CSAF 2.0 document in the file given: the strict schema and every mandatory test of @secvisogram/csaf-validator-lib.
// Prints the faults as JSON: [{ test, instancePath, message }]. Ends with 0 when there are none, else with 1.
import { readFileSync } from 'node:fs';
import * as basic from '@secvisogram/csaf-validator-lib/basic.js';
import { csaf_2_0_strict } from '@secvisogram/csaf-validator-lib/schemaTests.js';
import validate from '@secvisogram/csaf-validator-lib/validateStrict.js';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = [...new Set([csaf_2_0_strict, ...Object.values(basic)])];
const { tests: results } = await validate(tests, document);
const faults = results.flatMap(({ name, errors }) => errors.map((error) => ({ test: name, ...error })));

console.log(JSON.stringify(faults, null, 2));
process.exitCode = faults.length ? 1 : 0;
