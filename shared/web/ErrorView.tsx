import { WarningOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import type { FormInstance } from 'antd';
import { Problem, problems } from '../../contracts/core/problems.ts';

/** What was thrown, as a problem to show: what is not a refusal is a defect of the page. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('defect', error instanceof Error ? error.message : undefined);
}

/** A refusal above the button of a form or in a dialog, with every single error that has no field of its own. */
export function ProblemAlert({ problem }: { problem: Problem }) {
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={problem.detail ?? problems[problem.code].title}
      description={
        problem.errors && problem.errors.length > 0 ? (
          <ul className="plain-list">
            {problem.errors.map((error, at) => (
              <li key={at}>{error.detail}</li>
            ))}
          </ul>
        ) : undefined
      }
    />
  );
}

/** Instead of a page or table that could not be loaded. */
export function ErrorView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  return (
    <div className="error-view" role="alert">
      <WarningOutlined aria-hidden />
      <h2>{problems[problem.code].title}</h2>
      {problem.detail && <p>{problem.detail}</p>}
      {!problem.detail && problem.errors?.map(({ pointer, detail }) => <p key={pointer}>{detail}</p>)}
      {onRetry && <Button onClick={onRetry}>重试</Button>}
    </div>
  );
}

/**
 * Puts the errors of a refusal under the fields they name (`/idNumber`, `/family/0/name`) and answers what is left for the
 * alert above the button: nothing when every error found its field.
 */
export function showInFields<Values>(form: FormInstance<Values>, error: unknown): Problem | undefined {
  const problem = asProblem(error);
  if (!problem.errors || problem.errors.length === 0) return problem;
  const left = problem.errors.filter(({ pointer, detail }) => {
    const name = pointer
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    if (!form.getFieldInstance(name as never)) return true;
    form.setFields([{ name: name as never, errors: [detail] }]);
    return false;
  });
  return left.length === 0 ? undefined : new Problem(problem.code, problem.detail, { errors: left });
}
