// CVSS 3.x scores by the npm package "ae-cvss-calculator": one vector a line in, "base temporal environmental" a line out.
import { readFileSync } from 'node:fs';
import calculator from 'ae-cvss-calculator';

const lines = readFileSync(0, 'utf8').split('\n');
const score = (vector) => {
  const { base, temporal, environmental } = calculator.fromVector(vector).calculateScores();
  return [base, temporal ?? base, environmental ?? temporal ?? base].map(value => value.toFixed(1)).join(' ');
};
process.stdout.write(lines.map(vector => score(vector) + '\n').join(''));
