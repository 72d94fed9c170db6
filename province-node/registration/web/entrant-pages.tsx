import { Segmented, Steps } from 'antd';
import { useSearchParams } from 'react-router';
import { stageTitles } from '../../../contracts/orgs/org.ts';
import type { Stage } from '../../../contracts/orgs/org.ts';
import { registrationKindTitles } from '../../../contracts/registration.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { useSession } from '../../../shared/web/session.ts';
import { Drafts } from './Drafts.tsx';
import { EntrantCards } from './EntrantCards.tsx';
import { kindPaths } from './kind-paths.ts';
import { WaitingPupils } from './WaitingPupils.tsx';
import { WaitingSchools } from './WaitingSchools.tsx';

const journey = [
  { title: '导入或录入', content: '导入的逐行核对' },
  { title: '提交注册', content: '自动查重和认证' },
  { title: '学校审核', content: '主管领导' },
  { title: '学校上报', content: '学籍管理员' },
  { title: '教育部门审核', content: '主管教育局，无身份证件的逐级到省级；通过后分配学籍号' },
];

const notes: Record<RegistrationKind, string> = {
  'primary-entrant': '按学生的身份证件类别选择注册入口',
  'other-entrant': '小学一年级新生以外、还没有学籍的学生；已有学籍的应办理转学，不要重复注册',
};

/** The cards of a kind of registration; a school of several stages says first of which its pupils are (features 1.1, 1.14). */
function Entrants({ kind }: { kind: RegistrationKind }) {
  const { stage, stages, choose } = useStage(kind);
  return (
    <>
      <PageHeader title={registrationKindTitles[kind]} note={notes[kind]} />
      {stages.length > 1 && (
        <div className="entrant-stage">
          <span>学段</span>
          <Segmented
            aria-label="学段"
            value={stage}
            options={stages.map((value) => ({ value, label: stageTitles[value] }))}
            onChange={choose}
          />
        </div>
      )}
      <EntrantCards kind={kind} stage={stage} />
      <Drafts kind={kind} />
      <section className="home-section" aria-label="办理流程">
        <h2>办理流程</h2>
        <Steps size="small" current={-1} items={journey} />
      </section>
    </>
  );
}

/** Of which stage the pupils are: in the address, so that it can be come back to. */
function useStage(kind: RegistrationKind): { stage: Stage; stages: readonly Stage[]; choose: (stage: Stage) => void } {
  const { org } = useSession();
  const [params, setParams] = useSearchParams();
  const stages: readonly Stage[] = kind === 'primary-entrant' ? ['primary'] : org.stages;
  const stage = stages.find((one) => one === params.get('stage')) ?? stages[0] ?? 'primary';
  return { stage, stages, choose: (next) => setParams({ stage: next }, { replace: true }) };
}

export function PrimaryEntrantsPage() {
  return <Entrants kind="primary-entrant" />;
}

export function OtherEntrantsPage() {
  return <Entrants kind="other-entrant" />;
}

const review = (kind: RegistrationKind) =>
  function ReviewPage() {
    return <WaitingSchools kind={kind} act="review" pupils={kindPaths[kind].reviewList} />;
  };
const reviewList = (kind: RegistrationKind) =>
  function ReviewListPage() {
    return <WaitingPupils kind={kind} act="review" schools={kindPaths[kind].review} />;
  };
const report = (kind: RegistrationKind) =>
  function ReportPage() {
    return <WaitingSchools kind={kind} act="report" pupils={kindPaths[kind].reportList} />;
  };
const reportList = (kind: RegistrationKind) =>
  function ReportListPage() {
    return <WaitingPupils kind={kind} act="report" schools={kindPaths[kind].report} />;
  };

export const PrimaryEntrantReviewPage = review('primary-entrant');
export const PrimaryEntrantReviewListPage = reviewList('primary-entrant');
export const PrimaryEntrantReportPage = report('primary-entrant');
export const PrimaryEntrantReportListPage = reportList('primary-entrant');
export const OtherEntrantReviewPage = review('other-entrant');
export const OtherEntrantReviewListPage = reviewList('other-entrant');
export const OtherEntrantReportPage = report('other-entrant');
export const OtherEntrantReportListPage = reportList('other-entrant');
