import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { dataFile } from "./exported/place.ts"
import { listen } from "./live/live.ts"
import { App } from "./shell/App.tsx"

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
const show = () =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>
  )

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
  show()
  listen()
} else void showExport(dataFile)
