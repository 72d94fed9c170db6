import type { ChainStep } from '../../../contracts/application.ts';
import { previewChainConfiguration } from '../../../contracts/chain-configuration.ts';
import type { ChainExample } from '../../../contracts/chain-configuration.ts';
import type { OrgLevel } from '../../../contracts/orgs/org.ts';
import { useRead } from '../../web/api.ts';
import type { InputOf, OutputOf } from '../../web/api.ts';
import { PlannedChain } from '../../web/ChainSteps.tsx';
import { ProblemAlert } from '../../web/ErrorView.tsx';
import { thousands } from '../../web/formats.ts';

type Input = InputOf<typeof previewChainConfiguration>;

interface TouchedSchoolsProps {
  input: Input;
  /** The act is on its way, or done: what it would do is asked no more, and would be refused. */
  isDone: boolean;
}

/** The schools that an act touches, in words: for the question before it. */
export function TouchedSchools({ input, isDone }: TouchedSchoolsProps) {
  const preview = useRead(previewChainConfiguration, input, { enabled: !isDone });
  if (preview.isPending) return <p role="status">正在统计涉及的学校…</p>;
  if (!preview.data) return <ProblemAlert problem={preview.error} />;
  return (
    <>
      <p>{touchedText(preview.data, input.act)}</p>
      <p>
        只影响此后新发起的申请，<strong>正在办理的申请保持原来的流程</strong>。
      </p>
    </>
  );
}

function touchedText({ schools, changed }: OutputOf<typeof previewChainConfiguration>, act: Input['act']) {
  if (schools === 0) return '目前没有学校用到这项配置：作用范围内没有符合条件的学校，或者这些学校都有更具体的配置。';
  if (act === 'remove')
    return (
      <>
        涉及 <strong>{thousands(schools)}</strong> 所学校：删除后改按其他适用的配置办理，没有的按默认流程办理，其中{' '}
        <strong>{thousands(changed)}</strong> 所的流程会改变。
      </>
    );
  return (
    <>
      涉及 <strong>{thousands(schools)}</strong> 所学校，其中 <strong>{thousands(changed)}</strong> 所的流程与现在不同。
    </>
  );
}

interface ExampleChainsProps {
  input: Input;
  /** Enough is chosen to ask. */
  enabled: boolean;
  /** As above. */
  isDone: boolean;
  /** Shown until the examples are there. */
  planned: readonly ChainStep[];
}

/** What new applications of example schools would pass, one a kind of managing bureau. */
export function ExampleChains({ input, enabled, isDone, planned }: ExampleChainsProps) {
  const preview = useRead(previewChainConfiguration, input, { enabled: enabled && !isDone });
  if (enabled && preview.isError && !preview.data) return <ProblemAlert problem={preview.error} />;
  if (enabled && preview.data)
    return (
      <div aria-live="polite">
        <p>{touchedText(preview.data, input.act)}</p>
        {preview.data.examples.map((example) => (
          <Example key={example.managingLevel} {...example} />
        ))}
      </div>
    );
  return (
    <>
      <p className="note" role="status">
        {enabled ? '正在统计涉及的学校…' : '选好业务、作用范围和审核环节后，这里显示涉及多少所学校和示例学校的流程。'}
      </p>
      {planned.length > 0 && <PlannedChain chain={planned} applicant="学校" />}
    </>
  );
}

const managingTitles: Partial<Record<OrgLevel, string>> = {
  county: '区县主管的学校',
  city: '地市直属学校',
  province: '省直属学校',
};

function Example({ schoolName, managingLevel, before, after }: ChainExample) {
  const isSame =
    before.length === after.length &&
    before.every(({ act, orgId }, at) => act === after[at]!.act && orgId === after[at]!.orgId);
  return (
    <section className="chain-example" aria-label={`示例：${schoolName}`}>
      <h4>
        {managingTitles[managingLevel]}，如{schoolName}
        <span className="note">（{isSame ? '与现在相同' : `现在：${orgNames(before)}`}）</span>
      </h4>
      <PlannedChain chain={after} applicant={schoolName} />
    </section>
  );
}

function orgNames(chain: readonly ChainStep[]): string {
  return [...new Set(chain.map(({ orgName }) => orgName))].join(' → ');
}
