import { resolve } from "node:path"

/** The repository. */
export const root = resolve(import.meta.dirname, "../..")

/** All files of the program, by their paths in the repository, in order: the product, the lab, and the executable that holds both. */
export const sources: ReadonlyArray<string> = [...new Bun.Glob("{src,lab,executable}/**/*.ts").scanSync(root)]
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.endsWith(".d.ts"))
  .toSorted()
