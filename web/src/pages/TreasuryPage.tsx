import { PageHead } from "../components/PageHead.tsx"

export default function TreasuryPage() {
  return <PageHead title="Treasury" />
}
