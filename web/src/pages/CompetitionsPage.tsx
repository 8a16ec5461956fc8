import { PageHead } from "../components/PageHead.tsx"

export default function CompetitionsPage() {
  return <PageHead title="Competitions" />
}
