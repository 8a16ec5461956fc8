import { resolve } from "node:path"

/** The repository's root. */
export const root = resolve(import.meta.dirname, "../..")

/** All source files, sorted by their paths in the repository: the product, the lab, and the executable that contains both. */
export const sources: ReadonlyArray<string> = [...new Bun.Glob("{src,lab,executable}/**/*.ts").scanSync(root)]
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.endsWith(".d.ts"))
  .toSorted()
