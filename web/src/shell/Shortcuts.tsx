import { useLayoutEffect, useRef } from "react"
import { keep, useKept } from "../data/kept.ts"
import { places } from "./destinations.ts"
import { followKeys, SHORTCUTS } from "./keys.ts"

let show: (() => void) | undefined

/** Shows the dialog of all shortcuts. */
export const showShortcuts = () => show?.()

const KEYS: ReadonlyArray<readonly [keys: ReadonlyArray<string>, does: string]> = [
  [["/"], "Search this view, or everything"],
  [["Ctrl", "k"], "Search everything"],
  [["j"], "Next row"],
  [["k"], "Row before"],
  [["Enter"], "Open the row"],
  [["?"], "These shortcuts"],
  ...places.map(({ key, label }): readonly [ReadonlyArray<string>, string] => [["g", key], label])
]

/** Follows single keys, and lists them in a dialog. They can be turned off there. */
export const Shortcuts = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOff = useKept(SHORTCUTS) === "off"
  // Before the view is painted, because its answers may be there already: an effect after it would miss a key that is pressed at once.
  useLayoutEffect(() => {
    show = () => dialog.current?.showModal()
    return followKeys(show)
  }, [])
  const close = () => dialog.current?.close()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself
    <dialog
      ref={dialog}
      className="shortcuts"
      aria-labelledby="shortcuts-title"
      onClick={({ target }) => {
        if (target === dialog.current) close()
      }}
    >
      <div>
        <header>
          <h2 id="shortcuts-title">Shortcuts</h2>
          <button type="button" className="quiet" onClick={close}>
            Close
          </button>
        </header>
        <dl data-off={isOff ? "" : undefined}>
          {KEYS.map(([keys, does]) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <label>
          <input type="checkbox" checked={!isOff} onChange={({ target }) => keep(SHORTCUTS, target.checked ? undefined : "off")} /> Use
          single keys
        </label>
      </div>
    </dialog>
  )
}
