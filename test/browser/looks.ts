/** The colour schemes and sizes in which a view must be right. */
import type { Page } from "playwright-core"
import { axe, sticksOut } from "./support.ts"

const LOOKS = [
  { name: "light on a laptop", width: 1280, height: 800, colorScheme: "light", forcedColors: "none" },
  { name: "dark on a phone", width: 360, height: 740, colorScheme: "dark", forcedColors: "none" },
  { name: "dark on a wall", width: 2560, height: 1440, colorScheme: "dark", forcedColors: "none" },
  { name: "in the reader's own colours", width: 1280, height: 800, colorScheme: "light", forcedColors: "active" }
] as const

/** The problems of the current view in each of them. */
export const wrongIn = async (page: Page, view: string): Promise<ReadonlyArray<string>> => {
  const wrong: Array<string> = []
  for (const { name, width, height, colorScheme, forcedColors } of LOOKS) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, forcedColors })
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    // No style reveals the reader's own colours.
    const found = await axe(page, forcedColors === "none" ? "all" : "all but contrast")
    for (const line of found) wrong.push(`${view}, ${name}: ${line}`)
    if (await sticksOut(page)) wrong.push(`${view}, ${name}: sticks out`)
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" })
  return wrong
}
