import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { listen } from "./live/live.ts"
import { App } from "./shell/App.tsx"
import "./styles/index.css"

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>
)
listen()
