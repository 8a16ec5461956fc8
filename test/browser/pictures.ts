/** Pictures of the views for reviewing their look: the first screen of each, at three widths in two themes, and an index. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { settled } from "./support.ts"

const THEMES = ["light", "dark"] as const
const SIZES = [
  [360, 740],
  [1280, 800],
  [2560, 1440]
] as const

/** A single picture is enough for these views and outcomes, because another view of the kind has all pictures. */
const ONCE = [/^issue-(?!.*competing)/, /^competition-.*-(expired|void)$/]

const fileOf = (name: string, width: number, theme: string) => `${name}-${width}-${theme}.jpg`

const looksOf = (name: string) =>
  ONCE.some((pattern) => pattern.test(name))
    ? [[1280, 800, "light"] as const]
    : SIZES.flatMap(([width, height]) => THEMES.map((theme) => [width, height, theme] as const))

/** Views as they were before the redesign of November 2026; kept by hand. */
const BEFORE = ["competition-1-won", "competition-4-running", "competitions", "issues"]

const everyLook = (name: string, folder = "") =>
  SIZES.flatMap(([width]) => THEMES.map((theme) => `[${width} ${theme}](${folder}${fileOf(name, width, theme)})`)).join(", ")

const indexOf = (names: ReadonlyArray<string>) => `# Pictures of the page

The first screen of each view, from a run on the dev chain that sends every message of the contract.
\`GITTENSOR_SCREENSHOTS=docs/ui npm test -- test/browser/everything\` makes the pictures and this list.

| view | pictures |
|---|---|
${names
  .map(
    (name) =>
      `| ${name.replaceAll("-", " ")} | ${looksOf(name)
        .map(([width, , theme]) => `[${width} ${theme}](${fileOf(name, width, theme)})`)
        .join(", ")} |`
  )
  .join("\n")}

## Before

The same network before the redesign of November 2026, when the page opened with the list of issues.

| view | pictures |
|---|---|
${BEFORE.map((name) => `| ${name.replaceAll("-", " ")} | ${everyLook(name, "before/")} |`).join("\n")}
`

export const photograph = async (page: Page, url: string, views: Readonly<Record<string, string>>, folder: string): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) if (old.endsWith(".jpg")) rmSync(join(folder, old))
  for (const [name, view] of Object.entries(views))
    for (const [width, height, theme] of looksOf(name)) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: theme })
      await page.goto(url + view)
      await settled(page)
      await page.screenshot({ path: join(folder, fileOf(name, width, theme)), type: "jpeg", quality: 60 })
    }
  writeFileSync(join(folder, "README.md"), indexOf(Object.keys(views)))
}
