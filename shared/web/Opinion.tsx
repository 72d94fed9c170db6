import { Button, Input } from 'antd';
import { useId } from 'react';
import { OPINION_LENGTH_MAX } from '../../contracts/application.ts';
import { reviewWords } from './review-words.ts';
import type { ReviewWords } from './review-words.ts';

export interface OpinionProps {
  value: string;
  /** Shown under the field: a refusal needs an opinion. */
  error?: string | undefined;
  autoFocus?: boolean;
  words?: ReviewWords;
  onChange: (opinion: string) => void;
}

/** 审核意见, with the phrases that are written every day one click away. */
export function Opinion({ value, error, autoFocus = false, words = reviewWords, onChange }: OpinionProps) {
  const id = useId();
  return (
    <div className="opinion">
      <label htmlFor={id}>{words.title}意见</label>
      <Input.TextArea
        id={id}
        rows={2}
        maxLength={OPINION_LENGTH_MAX}
        value={value}
        autoFocus={autoFocus}
        placeholder={`${words.title}不通过时必填`}
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
        {[...words.approvePhrases, ...words.refusePhrases].map((phrase) => (
          <Button key={phrase} size="small" type="dashed" onClick={() => onChange(phrase)}>
            {phrase}
          </Button>
        ))}
      </div>
    </div>
  );
}
