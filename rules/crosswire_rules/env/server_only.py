"""env/server-only: a variable that code for browsers reads, and that only the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.frameworks import SET_BY_PLATFORMS
from crosswire.finding import Label, Severity
from crosswire.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.site import Site, SiteRead

_MOST_PLACES = 6


class ServerOnly(Rule):
    """A component that runs in browsers reads a variable that is left out of what browsers load.

    Only names with the framework's public prefix are built in. All others are `undefined` in the browser, although
    the first picture that the server draws has their values: an address becomes `undefined/orders`, and React warns
    that `Text content does not match server-rendered HTML`.

    ## Bad

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-s3": "^3.700.0"}}
    ```
    `app/orders/page.jsx`
    ```javascript
    import { List } from "./list";

    export default function Orders() {
      return <List />;
    }
    ```
    `app/orders/list.jsx`
    ```javascript
    "use client";

    export function List() {
      const load = () => fetch(`${process.env.API_URL}/orders`);  // expect: env/server-only
      return <button onClick={load}>Load</button>;
    }
    ```

    ## Good

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-s3": "^3.700.0"}}
    ```
    `app/orders/page.jsx`
    ```javascript
    import { List } from "./list";

    export default function Orders() {
      return <List />;
    }
    ```
    `app/orders/list.jsx`
    ```javascript
    "use client";

    export function List() {
      const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/orders`);
      return <button onClick={load}>Load</button>;
    }
    ```

    ## Limits

    Only code is meant that surely runs in browsers: files that begin with `"use client"`, pages of the Pages Router of
    Next.js that have no function for the server, the sources of a Create React App. Names that `next.config` builds in,
    or that the framework or its platform sets, are left alone, and so are reads that have a default or ask first.
    """

    severity = Severity.WARNING
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for site in wiring.sites:
            found: dict[str, list[SiteRead]] = {}
            for read in site.reads:
                if read.in_browser and not _is_built_in(site, read.name):
                    found.setdefault(read.name, []).append(read)
            for name, reads in found.items():
                if all(read.alone for read in reads):
                    yield self._finding(site, name, reads)

    def _finding(self, site: Site, name: str, reads: list[SiteRead]) -> Finding:
        first, *others = reads
        prefix = site.prefixes[0]
        return self.finding(
            f"the app `{site.name}` reads `{name}` in the browser, where it is `undefined`",
            first.span,
            unit=site.unit,
            owner=site.name,
            subject=name,
            label=f"without `{prefix}` it is not built in",
            related=tuple(Label(read.span, "read here, too") for read in others[:_MOST_PLACES]),
            advice=f"Call it `{prefix}{name}` if every visitor may see it, else read it on the server.",
        )


def _is_built_in(site: Site, name: str) -> bool:
    return name.startswith((*site.prefixes, *SET_BY_PLATFORMS)) or name in site.built_in
