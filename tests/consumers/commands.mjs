// The workflow commands that GitHub's own library prints for annotations, given as JSON on the standard input.
import { readFileSync } from "fs";
import { error, notice, warning } from "@actions/core";

const say = { error, notice, warning };
for (const { level, message, properties } of JSON.parse(readFileSync(0, "utf8"))) say[level](message, properties);
