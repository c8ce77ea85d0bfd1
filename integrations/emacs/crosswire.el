;;; crosswire.el --- Findings of crosswire, to step through  -*- lexical-binding: t -*-

;;; Commentary:

;; `M-x crosswire-check' checks the project of the current buffer; `next-error' goes from finding to finding.

;;; Code:

(require 'compile)

(defvar crosswire-command "crosswire check . --format concise --notes"
  "The command that `crosswire-check' runs in the root of the project.")

(defvar crosswire-error-regexp-alist
  '(("^\\(.+?\\):\\([0-9]+\\):\\([0-9]+\\): \\(?:error\\|\\(warning\\)\\|\\(note\\)\\)\\[\\([^]\n]+\\)\\] "
     1 2 3 (4 . 5)))
  "How `crosswire-mode' reads a finding.")

(define-compilation-mode crosswire-mode "crosswire"
  "The findings of crosswire."
  ;; Columns are characters, however wide these are shown.
  (setq-local compilation-error-screen-columns nil))

;;;###autoload
(defun crosswire-check ()
  "Check the project of the current buffer with crosswire."
  (interactive)
  (let ((default-directory (or (locate-dominating-file default-directory ".git") default-directory)))
    (compilation-start crosswire-command #'crosswire-mode)))

(provide 'crosswire)
;;; crosswire.el ends here
