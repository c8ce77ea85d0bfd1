;;; findings.el --- What `next-error' visits after `crosswire-check', as JSON  -*- lexical-binding: t -*-

(require 'crosswire)
(require 'json)

(let ((buffer (crosswire-check))
      (compilation-skip-threshold 0) ; notes, too
      (root default-directory)
      (findings nil))
  (while (get-buffer-process buffer)
    (accept-process-output nil 0.05))
  (with-current-buffer buffer
    (goto-char (point-min))
    (condition-case nil
        (while t
          (compilation-next-error 1)
          (let* ((message (get-text-property (point) 'compilation-message))
                 (type (nth (compilation--message->type message) '("note" "warning" "error"))))
            (save-window-excursion
              (compile-goto-error)
              (push (vector (file-relative-name buffer-file-name root) (line-number-at-pos)
                            (1+ (- (point) (line-beginning-position))) type)
                    findings))))
      (user-error nil)))
  (princ (json-encode (vconcat (nreverse findings)))))
