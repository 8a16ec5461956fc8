/** Finds and loads the modules that declare something beside their code: a declaration is made when its module is loaded. */
import { readFileSync } from "node:fs"

const root = new URL("../", import.meta.url)

/** The files below a folder whose text matches `declares`, sorted by path; all of them are loaded. `folder`: relative to the repository's root. */
export const loaded = async (folder: string, declares: RegExp): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>()
  for (const file of [...new Bun.Glob(`${folder}/**/*.ts`).scanSync({ cwd: root.pathname })].toSorted()) {
    const text = readFileSync(new URL(file, root), "utf8")
    if (declares.test(text)) texts.set(file, text)
  }
  for (const file of texts.keys()) await import(new URL(file, root).pathname)
  return texts
}

/** The file whose text contains a declaration's words. */
export const fileOf = (texts: ReadonlyMap<string, string>, words: string): string => {
  const found = [...texts].filter(([, text]) => text.includes(JSON.stringify(words))).map(([file]) => file)
  if (found.length !== 1) throw new Error(`"${words}" is declared ${found.length} times: each declaration has words of its own`)
  return found[0] ?? ""
}
