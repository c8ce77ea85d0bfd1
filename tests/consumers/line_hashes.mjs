// The hashes that GitHub computes of the lines of files: node line_hashes.mjs FILE... prints a list for each.
import { hash } from "./github_fingerprints.ts";

const all = [];
for (const file of process.argv.slice(2)) {
  const hashes = [];
  await hash((line, value) => (hashes[line - 1] = value), file);
  all.push(hashes);
}
console.log(JSON.stringify(all));
