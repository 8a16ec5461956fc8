import { useRef } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { fileAddress, isExported } from "../exported/place.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { type Destination, destinations, FIRST } from "./destinations.ts"
import { LiveIndicator } from "./LiveIndicator.tsx"
import { showShortcuts } from "./Shortcuts.tsx"
import { ThemeSwitch } from "./ThemeSwitch.tsx"

interface Props {
  readonly current: PageName | undefined
}

/** A decorative icon beside its label, hidden from screen readers. */
const Icon = ({ path }: { readonly path: string }) => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={path} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
)

const isCurrent = ({ page, below }: Destination, current: PageName | undefined) =>
  current === page || (current !== undefined && below?.includes(current) === true)

const Item = ({ destination, current, onClick }: Props & { readonly destination: Destination; readonly onClick?: () => void }) => (
  <li>
    <Link to={pageAddress(destination.page)} aria-current={isCurrent(destination, current) ? "page" : undefined} onClick={onClick}>
      <Icon path={destination.icon} />
      <span>{destination.label}</span>
    </Link>
  </li>
)

const MENU = "M3 6h14M3 10h14M3 14h14"
const KEYS = "M3 5h14v10H3zM6 8h.01M9 8h.01M12 8h.01M14.500 8h.01M7 12h6"
const API = "M7 5l-5 5l5 5M13 5l5 5l-5 5"

/** An exported page has no API. */
const ApiLink = () =>
  isExported ? null : (
    <a href="/docs" className="nav-api">
      <Icon path={API} />
      <span>API</span>
    </a>
  )

const WALL = "M2 4h16v10H2zM7 17h6"

const WallLink = () => (
  <Link to="/?wall" className="nav-api" aria-current={false}>
    <Icon path={WALL} />
    <span>Wall</span>
  </Link>
)

const KeysButton = ({ onClick }: { readonly onClick?: () => void }) => (
  <button
    type="button"
    className="nav-keys"
    aria-haspopup="dialog"
    onClick={() => {
      onClick?.()
      showShortcuts()
    }}
  >
    <Icon path={KEYS} />
    <span>Shortcuts</span>
  </button>
)

/** The navigation: on the left of a wide screen; on a narrow one at the bottom, with a drawer for the rest. */
export const Navigation = ({ current }: Props) => {
  const drawer = useRef<HTMLDialogElement>(null)
  const close = () => drawer.current?.close()
  return (
    <>
      <nav className="side" aria-label="Main">
        <Link to={pageAddress("home")} className="brand" aria-current={false}>
          <img src={fileAddress("/favicon.svg")} alt="" width="28" height="28" />
          <span>Gittensor</span>
        </Link>
        <ul>
          {destinations.map((destination) => (
            <Item key={destination.page} destination={destination} current={current} />
          ))}
        </ul>
        <div className="side-foot">
          <LiveIndicator />
          <ApiLink />
          <WallLink />
          <KeysButton />
          <ThemeSwitch name="theme-side" />
        </div>
      </nav>
      <header className="top">
        <Link to={pageAddress("home")} className="brand" aria-current={false} aria-label="Gittensor">
          <img src={fileAddress("/favicon.svg")} alt="" width="22" height="22" />
        </Link>
        <LiveIndicator />
      </header>
      <nav className="bottom" aria-label="Main">
        <ul>
          {destinations.slice(0, FIRST).map((destination) => (
            <Item key={destination.page} destination={destination} current={current} />
          ))}
          <li>
            <button type="button" aria-haspopup="dialog" onClick={() => drawer.current?.showModal()}>
              <Icon path={MENU} />
              <span>More</span>
            </button>
          </li>
        </ul>
      </nav>
      <dialog
        ref={drawer}
        className="drawer"
        aria-label="All pages"
        onClick={(event) => {
          if (event.target === drawer.current) close()
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") close()
        }}
      >
        <div className="drawer-body">
          <button type="button" className="quiet drawer-close" onClick={close}>
            Close
          </button>
          <ul>
            {destinations.map((destination) => (
              <Item key={destination.page} destination={destination} current={current} onClick={close} />
            ))}
          </ul>
          <ApiLink />
          <WallLink />
          <KeysButton onClick={close} />
          <ThemeSwitch name="theme-drawer" />
        </div>
      </dialog>
    </>
  )
}
