// What a problem matcher finds: node problems.mjs MATCHERS LINES prints the problems as JSON. MATCHERS holds those of VS Code
// (`name`, `severity`, `pattern`) or GitHub's file, in which a matcher has an `owner`.
import { readFileSync } from "fs";
import { parseProblemMatchersJson } from "@rushstack/problem-matcher";

const [matchers, lines] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
const read = JSON.parse(matchers);
const known = (read.problemMatcher ?? read).map((matcher) => ({ name: matcher.owner, ...matcher }));
const parsed = parseProblemMatchersJson(known);
const problems = lines
  .split("\n")
  .filter(Boolean)
  .flatMap((line) => parsed.map((matcher) => matcher.exec(line + "\n")).filter(Boolean));
console.log(JSON.stringify(problems));
