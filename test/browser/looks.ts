/** The colour schemes and sizes in which every view must be correct. */
import type { Page } from "playwright-core"
import { axe, misplaced, type Rules, sticksOut } from "./support.ts"

interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly colorScheme: "light" | "dark"
  readonly forcedColors: "none" | "active"
  /** The axe rules. A wall display has a laptop's layout; forced colours hide nothing and have no styles by which axe could measure contrast. */
  readonly rules: Rules | undefined
}

const LOOKS: ReadonlyArray<Look> = [
  { name: "light on a laptop", width: 1280, height: 800, colorScheme: "light", forcedColors: "none", rules: "all" },
  { name: "dark on a phone", width: 360, height: 740, colorScheme: "dark", forcedColors: "none", rules: "all" },
  { name: "dark on a wall", width: 2560, height: 1440, colorScheme: "dark", forcedColors: "none", rules: "contrast" },
  { name: "in the reader's own colours", width: 1280, height: 800, colorScheme: "light", forcedColors: "active", rules: undefined }
]

/** In how many looks axe checks a view. One is enough for a view whose parts are checked in all looks elsewhere. */
const CHECKED = { "each look": LOOKS.length, "both themes": 2, "one look": 1 } as const

/**
 * The problems of the current view: raw tags in the text, and in each look overflow, misplaced parts, and axe's findings, which take ten times as
 * long as all other checks.
 */
export const wrongIn = async (page: Page, view: string, checked: keyof typeof CHECKED = "each look"): Promise<ReadonlyArray<string>> => {
  const wrong: Array<string> = []
  // Includes folded parts.
  if (await page.evaluate(`document.body.textContent.includes('"_tag"')`)) wrong.push(`${view}: shows a tag of the program's own values`)
  for (const [index, { name, width, height, colorScheme, forcedColors, rules }] of LOOKS.entries()) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, forcedColors })
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    if (rules !== undefined && index < CHECKED[checked]) for (const line of await axe(page, rules)) wrong.push(`${view}, ${name}: ${line}`)
    for (const line of await misplaced(page)) wrong.push(`${view}, ${name}: ${line}`)
    if (await sticksOut(page)) wrong.push(`${view}, ${name}: sticks out`)
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" })
  return wrong
}
