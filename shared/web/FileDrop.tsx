import { FileExcelOutlined } from '@ant-design/icons';
import { useId, useState } from 'react';
import type { InputHTMLAttributes, ReactNode } from 'react';
import { sizeText } from './formats.ts';

export interface FileDropProps {
  /** What to do, in the label: 选择 Excel 文件. */
  title: string;
  /** As in `<input accept>`: `.xlsx,.xls`. */
  accept: string;
  bytesMax: number;
  disabled: boolean;
  onFile: (file: File) => void;
  onRefused: (reason: string) => void;
}

/** Chooses one file, by the file dialog or by dragging it here. Checks what can be said without the server. */
export function FileDrop({ title, accept, bytesMax, disabled, onFile, onRefused }: FileDropProps) {
  const take = ([file]: readonly File[]): void => {
    if (!file || disabled) return;
    const reason = reasonAgainstFile(file, accept, bytesMax);
    if (reason) onRefused(reason);
    else onFile(file);
  };
  return (
    <DropArea input={{ accept, disabled }} onFiles={take}>
      <FileExcelOutlined aria-hidden />
      <span>
        <strong>{title}</strong>，或将文件拖到这里
      </span>
      <span className="note">
        {accept.replaceAll(',', '、')}，不超过 {sizeText(bytesMax)}
      </span>
    </DropArea>
  );
}

/** A file field whose label, the children, takes files that are dragged onto it as well. The same file may be chosen again. */
export function DropArea({
  input,
  onFiles,
  children,
}: {
  input: InputHTMLAttributes<HTMLInputElement> & { 'data-field'?: string };
  onFiles: (files: File[]) => void;
  children: ReactNode;
}) {
  const id = useId();
  const [over, setOver] = useState(false);
  return (
    <div
      className={over ? 'file-drop over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles(Array.from(event.dataTransfer.files));
      }}
    >
      <input
        {...input}
        id={id}
        type="file"
        onChange={(event) => {
          onFiles(Array.from(event.target.files ?? []));
          event.target.value = '';
        }}
      />
      <label htmlFor={id}>{children}</label>
    </div>
  );
}

/** Why this file cannot be uploaded, in Chinese; undefined when it can. The server checks the content, too. */
export function reasonAgainstFile(
  file: Pick<File, 'name' | 'size'>,
  accept: string,
  bytesMax: number,
): string | undefined {
  if (!accept.split(',').some((end) => file.name.toLowerCase().endsWith(end))) {
    return `“${file.name}”不是 ${accept.replaceAll(',', '、')} 文件，请另存为这种格式后重新选择`;
  }
  if (file.size === 0) return `“${file.name}”是空文件，请填写后重新选择`;
  if (file.size > bytesMax)
    return `“${file.name}”有 ${sizeText(file.size)}，最大 ${sizeText(bytesMax)}，请分成几个文件上传`;
  return undefined;
}
