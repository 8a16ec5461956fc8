import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { askAhead } from "./api/ask.ts"
import { dataFile } from "./exported/place.ts"
import { listen } from "./live/live.ts"
import { readyFor } from "./routes/views.ts"
import { App } from "./shell/App.tsx"

/** How long the first drawing waits for the typeface, and for the view's code and answers, which the page's HTML names beside this script, in milliseconds. */
const LONGEST_WAIT = 250

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
const TYPEFACE = "1em Archivo"
const letters = document.fonts.load(TYPEFACE).catch(() => undefined)
const show = () => {
  if (!document.fonts.check(TYPEFACE)) document.documentElement.dataset.letters = "late"
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>
  )
}

/** Only exported pages load the code that reads their files. */
const showExport = (file: string) =>
  import("./exported/follow.ts").then(
    ({ followExport }) => {
      followExport(file)
      show()
    },
    () => {
      root.textContent = "This page could not be loaded. Check your connection and reload it."
    }
  )

if (dataFile === undefined) {
  const named = [...document.querySelectorAll("link[rel=preload][as=fetch]")].flatMap((link) => link.getAttribute("href") ?? [])
  const late = new Promise((done) => setTimeout(done, LONGEST_WAIT))
  void Promise.race([Promise.all([readyFor(window.location.pathname), askAhead(named), letters]), late]).then(show)
  listen()
} else void showExport(dataFile)
