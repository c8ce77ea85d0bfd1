"""Print how many mutants there are of each kind and language, how many are found, and those that are not."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.mutants.judge import judge
from tests.mutants.operators import mutants
from tests.mutants.project import Project
from tests.test_fixtures import MUTATED

from crosswire.registry import load, rule_ids

LANGUAGES = ("JavaScript", "TypeScript", "Python", "")


def main(wanted: list[str]) -> int:
    """Run all mutants, or those whose description holds every one of the given words."""
    started = time.perf_counter()
    rules = load(rule_ids())
    total: Counter[tuple[str, str, str]] = Counter()
    found: Counter[tuple[str, str, str]] = Counter()
    for name in MUTATED:
        for mutant in mutants(Project.load(name)):
            if not all(word in str(mutant) for word in wanted):
                continue
            verdict = judge(mutant, rules)
            kind = (mutant.dialect, mutant.operator, mutant.language)
            total[kind] += 1
            found[kind] += verdict.is_right
            if not verdict.is_right:
                print(verdict, flush=True)
    for dialect in dict.fromkeys(dialect for dialect, _, _ in total):
        print(f"{dialect + ': found / made':28}" + "".join(f"{language or 'no code':>14}" for language in LANGUAGES))
        for operator in dict.fromkeys(operator for its, operator, _ in total if its == dialect):
            kinds = ((dialect, operator, language) for language in LANGUAGES)
            print(f"{operator:28}" + "".join(f"{f'{found[kind]} / {total[kind]}':>14}" for kind in kinds))
    print(f"{found.total()} of {total.total()} mutants in {time.perf_counter() - started:.1f} s")
    return 0 if found == total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
