import { Button, Input } from 'antd';
import { useId } from 'react';
import { OPINION_LENGTH_MAX } from '../../contracts/application.ts';

const approvePhrases = ['情况属实，同意', '材料齐全，同意'];
const returnPhrases = [
  '证明材料不全，请补充后重新提交',
  '信息与证件不符，请核对后重新提交',
  '班级信息有误，请修改后重新提交',
];

export interface OpinionProps {
  value: string;
  /** Shown under the field: a refusal needs an opinion. */
  error?: string | undefined;
  autoFocus?: boolean;
  onChange: (opinion: string) => void;
}

/** 审核意见, with the phrases that are written every day one click away. */
export function Opinion({ value, error, autoFocus = false, onChange }: OpinionProps) {
  const id = useId();
  return (
    <div className="opinion">
      <label htmlFor={id}>审核意见</label>
      <Input.TextArea
        id={id}
        rows={2}
        maxLength={OPINION_LENGTH_MAX}
        value={value}
        autoFocus={autoFocus}
        placeholder="审核不通过时必填"
        status={error ? 'error' : ''}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {error && (
        <div id={`${id}-error`} className="field-error" role="alert">
          {error}
        </div>
      )}
      <div className="phrases" role="group" aria-label="常用意见">
        {[...approvePhrases, ...returnPhrases].map((phrase) => (
          <Button key={phrase} size="small" type="dashed" onClick={() => onChange(phrase)}>
            {phrase}
          </Button>
        ))}
      </div>
    </div>
  );
}
