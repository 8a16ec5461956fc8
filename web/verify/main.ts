/** The check of a match, in one script: in the document it draws, in a worker that it starts from itself it checks. */
import { element } from "./elements.ts"
import { type Check, drawPage } from "./page.ts"
import { type Answer, type Asked, answerRequests } from "./worker.ts"

/** A worker with this very script, ended with its check. */
const checkIn =
  (script: string): Check =>
  (claims, place, told) =>
    new Promise((resolve, reject) => {
      const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
      const worker = new Worker(address)
      const end = () => {
        worker.terminate()
        URL.revokeObjectURL(address)
      }
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
        if (data._tag === "progress") told(data.progress)
        else {
          end()
          if (data._tag === "verified") resolve(data.verification)
          else reject(new Error(data.why))
        }
      })
      worker.addEventListener("error", ({ message }) => {
        end()
        reject(new Error(message))
      })
      worker.postMessage({ claims, place } satisfies Asked)
    })

if (typeof document === "undefined") answerRequests()
else
  drawPage(
    document.querySelector("main") ?? document.body.appendChild(element("main", {})),
    checkIn(document.currentScript?.textContent ?? "")
  )
