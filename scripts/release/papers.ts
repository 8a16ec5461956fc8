/** The legal documents of a release: its licence, the third-party notices, and the bill of materials. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bundle } from "../../web/bundle.ts"
import { bundledFiles } from "../executable.ts"
import { notices } from "./notices.ts"
import { forbidden, packagesOf } from "./packages.ts"
import { sbom } from "./sbom.ts"

const BILL = "sbom.cdx.json"

/** Writes the documents into a folder. Fails if the executable contains a forbidden package. */
export const makePapers = async () => {
  const [executable, page] = [packagesOf(await bundledFiles()), packagesOf((await bundle()).inputs)]
  const wrong = forbidden([...executable, ...page])
  if (wrong.length > 0) throw new Error(wrong.join("\n"))
  const papers = { "THIRD-PARTY.md": notices(executable, page), [BILL]: sbom([...executable, ...page]) }
  return {
    names: ["LICENSE", ...Object.keys(papers)],
    write: (folder: string) => {
      mkdirSync(folder, { recursive: true })
      copyFileSync("LICENSE", join(folder, "LICENSE"))
      for (const [name, content] of Object.entries(papers)) writeFileSync(join(folder, name), content)
    }
  }
}
