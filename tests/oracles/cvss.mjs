// CVSS scores of every version by npm packages: one vector a line in, a line out: "base temporal environmental" before 4.0, the one score
// in 4.0. The first argument says whose: ae-cvss-calculator, or cvss2js for 2.0.
import { readFileSync } from 'node:fs';
import calculator from 'ae-cvss-calculator';
import cvss2 from 'cvss2js';

// The calculator asks for components that do not exist and catches the error, whose trace nobody reads; it searches lists for those that do;
// and it composes the worst vectors of a macro vector anew for each score. Without the first and with the others remembered it is ten times
// as fast and answers the same.
Error.stackTraceLimit = 0;
const { Cvss4P0 } = calculator;
const { findComponent, generateCvssPermutations } = Cvss4P0.prototype;
const found = new Map();
Cvss4P0.prototype.findComponent = function (name) {
  if (!found.has(name)) found.set(name, findComponent.call(this, name));
  return found.get(name);
};
const worst = new Map();
Cvss4P0.prototype.generateCvssPermutations = function (...sets) {
  const key = sets.join(';');
  if (!worst.has(key)) worst.set(key, generateCvssPermutations.apply(this, sets));
  return worst.get(key);
};

const judges = {
  'ae-cvss-calculator': (text) => {
    const vector = calculator.fromVector(text);
    if (vector instanceof Cvss4P0) return [vector.calculateOverallScore()];
    const { base, temporal, environmental } = vector.calculateScores();
    return [base, temporal ?? base, environmental ?? temporal ?? base];
  },
  cvss2js: (text) => [{ baseOnly: true }, { temporal: true }, { env: true }].map((options) => cvss2.getScore(text, options)),
};

const judge = judges[process.argv[2]];
const lines = readFileSync(0, 'utf8').split('\n');
process.stdout.write(lines.map((vector) => judge(vector).map((score) => score.toFixed(1)).join(' ') + '\n').join(''));
