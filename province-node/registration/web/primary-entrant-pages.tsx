import { Steps } from 'antd';
import { registrationKindTitles } from '../../../contracts/registration.ts';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { paths } from '../../web/paths.ts';
import { EntrantCards } from './EntrantCards.tsx';
import type { Entry } from './EntrantCards.tsx';
import { WaitingPupils } from './WaitingPupils.tsx';
import { WaitingSchools } from './WaitingSchools.tsx';

const kind = 'primary-entrant';

const entries: readonly Entry[] = [
  {
    category: 'resident',
    reminder: '该项只针对拥有居民身份证的学生注册！',
    ways: [{ title: '导入', path: paths.primaryEntrantImport }],
  },
];

const journey = [
  { title: '导入校验', content: '下载模板填写，上传后逐行核对' },
  { title: '提交注册', content: '全国查重、身份认证自动进行' },
  { title: '学校审核', content: '学校学籍主管领导' },
  { title: '学校上报', content: '学校学籍管理员' },
  { title: '主管教育部门审核', content: '通过后分配学籍号' },
];

export function PrimaryEntrantsPage() {
  return (
    <>
      <PageHeader title={registrationKindTitles[kind]} note="按学生的身份证件类别选择注册入口" />
      <EntrantCards entries={entries} />
      <section className="home-section" aria-label="办理流程">
        <h2>办理流程</h2>
        <Steps size="small" current={-1} items={journey} />
      </section>
    </>
  );
}

export function PrimaryEntrantReviewPage() {
  return <WaitingSchools kind={kind} act="review" pupils={paths.primaryEntrantReviewList} />;
}

export function PrimaryEntrantReviewListPage() {
  return <WaitingPupils kind={kind} act="review" schools={paths.primaryEntrantReview} />;
}

export function PrimaryEntrantReportPage() {
  return <WaitingSchools kind={kind} act="report" pupils={paths.primaryEntrantReportList} />;
}

export function PrimaryEntrantReportListPage() {
  return <WaitingPupils kind={kind} act="report" schools={paths.primaryEntrantReport} />;
}
