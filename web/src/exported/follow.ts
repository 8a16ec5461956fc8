/** Follows an export: looks for a new snapshot every few seconds, and answers the page's questions from the newest one. */
import { answerFrom, Problem, unreachable } from "../api/ask.ts"
import { invalidateAll } from "../data/store.ts"
import { headOf, paced, report } from "../live/live.ts"
import { ExportedData, type ReadFile } from "./ExportedData.ts"

/** Milliseconds between two looks: this many, and more while nothing changes or nobody answers. */
const [EVERY, AT_MOST] = [5_000, 60_000]
const PATIENCE = 30_000

const readFile: ReadFile = async (name, isCurrent) => {
  let response: Response
  try {
    response = await fetch(name, { cache: isCurrent ? "no-cache" : "default", signal: AbortSignal.timeout(PATIENCE) })
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
  } catch {
    throw unreachable("It is an export, which lies on a web server or in a bucket.")
  }
  // A bucket that may not be listed says so of objects that are not there.
  if (response.status === 404 || response.status === 403) return undefined
  throw new Problem("busy", `The server answered with ${response.status}.`, "The page tries again in a few seconds.", 5_000)
}

/** Begins to follow the export whose data is named by this file. Called once, before anything is shown. */
export const followExport = (file: string): void => {
  const data = new ExportedData(file, readFile)
  answerFrom(async (address) => ({ text: await data.answer(address), block: Infinity }))
  let newest: string | undefined
  let wait = EVERY
  let timer: ReturnType<typeof setTimeout> | undefined

  const look = async () => {
    try {
      const { block, hash, time, exportedAt, pace, github } = await data.look()
      const isNew = exportedAt !== newest
      if (isNew && newest !== undefined) invalidateAll()
      wait = isNew ? EVERY : Math.min(wait * 1.5, AT_MOST)
      newest = exportedAt
      report({ connection: "live", heardAt: Date.now(), head: headOf(block, time), ...paced(pace), exported: { hash, github } })
    } catch {
      wait = Math.min(wait * 1.5, AT_MOST)
      report({ connection: "interrupted" })
    }
  }
  const lookAgain = async () => {
    clearTimeout(timer)
    await look()
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (document.visibilityState === "visible") void lookAgain()
    }, wait)
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      wait = EVERY
      void lookAgain()
    }
  })
  void lookAgain()
}
