/** Finds and starts Chromium. */
import { existsSync } from "node:fs"
import { chromium } from "playwright-core"

/** Debian's chromium-headless-shell is the same engine without windows, and needs three quarters of the CPU time. */
const PLACES = [
  process.env.GITTENSOR_TEST_CHROMIUM,
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
]
const executablePath = PLACES.find((path) => path !== undefined && path !== "" && existsSync(path))

/** Whether no browser is installed. */
export const noBrowser = executablePath === undefined

const QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--mute-audio"]

/** Starts it with these arguments in addition to the usual ones. */
export const launchWith = (more: ReadonlyArray<string>) =>
  chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), headless: true, args: [...QUIET, ...more] })

export const launch = () => launchWith([])

/** Whether the view is drawn and completely loaded. */
export const SETTLED = `document.querySelector('main h1')?.checkVisibility() === true &&
  document.querySelector('.skeleton, [aria-busy=true]') === null`

/** Runs before a page's scripts: records the largest contentful paint, in ms and of what, and unexpected layout shifts, with what moved from where to where. */
export const WATCHED = `window.seen = { paint: 0, what: "", shift: 0, moved: [] }
  const placed = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join()
  const named = (element) => element === null ? "something removed" : element.localName + [...element.classList].map((one) => "." + one).join("")
  new PerformanceObserver((list) => { for (const { element, startTime } of list.getEntries()) Object.assign(window.seen, { paint: startTime, what: element === null ? "" : element.localName + (element.classList[0] === undefined ? "" : "." + element.classList[0]) }) }).observe({ type: "largest-contentful-paint", buffered: true })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.seen.shift += entry.value
    for (const { node, previousRect, currentRect } of entry.sources)
      window.seen.moved.push(named(node?.nodeType === 3 ? node.parentElement : node) + " from " + placed(previousRect) + " to " + placed(currentRect))
  } }).observe({ type: "layout-shift", buffered: true })`

/** The recorded values, the bytes of script loaded, as compressed, and the number of answers and their bytes that came before the largest paint. */
export const SEEN = `(([before]) => ({
  ...window.seen,
  requests: before.length,
  bytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0),
  script: performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
}))([[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].filter(({ responseEnd }) => responseEnd > 0 && responseEnd < window.seen.paint)])`
export interface Seen {
  readonly paint: number
  readonly what: string
  readonly shift: number
  readonly moved: ReadonlyArray<string>
  readonly script: number
  readonly requests: number
  readonly bytes: number
}

/**
 * Scrolls a list of `rows` rows to its end: one screen per frame, and ten after row `leap`. Returns the longest frame in ms and the largest number of
 * rows drawn.
 */
export const scrolledThrough = (rows: number, leap = rows) => `(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  let worst = 0, most = 0, before = performance.now()
  const last = () => Math.max(...[...document.querySelectorAll('.windowed > li')].map((row) => Number(row.ariaPosInSet)))
  // Each frame goes on by more than a row.
  for (let frames = 0; last() < ${rows} && frames < ${rows}; frames++) {
    window.scrollBy(0, innerHeight * (last() < ${leap} ? 0.9 : 10))
    await frame()
    const now = performance.now()
    worst = Math.max(worst, now - before)
    before = now
    most = Math.max(most, document.querySelectorAll('.windowed > li').length)
  }
  return { worst, most, rows: last() }
})()`
export interface Scrolled {
  readonly worst: number
  readonly most: number
  readonly rows: number
}
