import { PageHead } from "../components/PageHead.tsx"

export default function MinersPage() {
  return <PageHead title="Miners" />
}
