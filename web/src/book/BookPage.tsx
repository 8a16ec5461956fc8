import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { PageHead, Section } from "../components/Page.tsx"
import { listen } from "../live/live.ts"
import { controls } from "./controls.tsx"
import { marks } from "./marks.tsx"
import { matches } from "./matches.tsx"
import { records } from "./records.tsx"

const entries = Object.entries({ ...controls, ...marks, ...matches, ...records }).toSorted(([a], [b]) => a.localeCompare(b))

/** Every component in every state, for who works on the page. */
const BookPage = () => {
  return (
    <main className="page book">
      <PageHead title="Component book">
        <p className="page-note">
          {entries.length} components in every state. Their files are in <code>web/src/components</code>.
        </p>
      </PageHead>
      <nav aria-label="Components" className="book-index">
        <ul>
          {entries.map(([name]) => (
            <li key={name}>
              <a href={`#${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      {entries.map(([name, states]) => (
        <div key={name} id={name} className="book-entry">
          <Section title={name}>
            {Object.entries(states).map(([state, element]) => (
              <figure key={state} className="book-state">
                <figcaption>{state}</figcaption>
                <div className="book-shown">{element}</div>
              </figure>
            ))}
          </Section>
        </div>
      ))}
    </main>
  )
}

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
createRoot(root).render(
  <StrictMode>
    <BookPage />
  </StrictMode>
)
listen()
