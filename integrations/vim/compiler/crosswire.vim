" Vim and Neovim: `:compiler crosswire`, then `:make` in the root of the project, puts the findings into the quickfix list.
" Copy it to ~/.vim/compiler or ~/.config/nvim/compiler.

if exists('current_compiler')
  finish
endif
let current_compiler = 'crosswire'

let s:cpo_save = &cpo
set cpo&vim

CompilerSet makeprg=crosswire\ check\ .\ --format\ concise\ --notes
CompilerSet errorformat=%f:%l:%c:\ %t%*[a-z]%m,%-G%.%#

" crosswire counts columns in characters, the quickfix list in bytes.
function! s:InBytes() abort
  if get(b:, 'current_compiler', get(g:, 'current_compiler', '')) !=# 'crosswire'
    return
  endif
  let l:items = getqflist()
  for l:item in l:items
    if l:item.valid && l:item.bufnr
      let l:line = bufloaded(l:item.bufnr)
            \ ? getbufline(l:item.bufnr, l:item.lnum)
            \ : readfile(bufname(l:item.bufnr), '', l:item.lnum)[-1:]
      let l:bytes = byteidx(get(l:line, 0, ''), l:item.col - 1)
      let l:item.col = l:bytes < 0 ? l:item.col : l:bytes + 1
    endif
  endfor
  call setqflist(l:items, 'r')
endfunction

augroup crosswire
  autocmd!
  autocmd QuickFixCmdPost make call s:InBytes()
augroup END

let &cpo = s:cpo_save
unlet s:cpo_save
