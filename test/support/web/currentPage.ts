/** Fails at once, and by name, where web/built.page is older than its sources: the browser's tests would look like failures of today's code. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { pageHashes } from "../../../scripts/web/sources.ts"

export default ({ config }: TestProject): void => {
  const read = (name: string) => readFileSync(join(config.root, "web", name), "utf8")
  const written: unknown = JSON.parse(read("built.json"))
  const { sources, page } = pageHashes(read("built.page"))
  const isCurrent =
    typeof written === "object" &&
    written !== null &&
    "sources" in written &&
    written.sources === sources &&
    "page" in written &&
    written.page === page
  if (!isCurrent) throw new Error("web/built.page is not what its sources give: run npm run web")
}
