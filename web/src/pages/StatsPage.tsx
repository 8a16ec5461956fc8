import { PageHead } from "../components/PageHead.tsx"

export default function StatsPage() {
  return <PageHead title="Stats" />
}
