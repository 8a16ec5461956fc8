import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { dataFile } from "./exported/place.ts"
import { listen } from "./live/live.ts"
import { App } from "./shell/App.tsx"
import "./styles/index.css"

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
// Only exported pages load the code that reads their files.
if (dataFile !== undefined) (await import("./exported/follow.ts")).followExport(dataFile)
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>
)
if (dataFile === undefined) listen()
