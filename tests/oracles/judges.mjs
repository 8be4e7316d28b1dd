// Loads every judge in package.json and prints "name version" for each: an installation that lacks one is found out here.
import { readFileSync } from 'node:fs';

// oidc-provider warns of every Node that it was not made for, which is not what is asked here.
console.info = console.warn = () => {};

const entries = { '@secvisogram/csaf-validator-lib': '@secvisogram/csaf-validator-lib/validate.js' };
const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

for (const name of Object.keys(read('package.json').dependencies)) {
  await import(entries[name] ?? name);
  console.log(name, read(`node_modules/${name}/package.json`).version);
}
