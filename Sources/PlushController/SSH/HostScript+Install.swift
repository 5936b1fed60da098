extension HostScript {
    /// How the agent comes to a host; functions of ``startScript`` that are called by its last part.
    static let install = [places, checks, stamp, preparation, transfer].joined(separator: "\n")

    /// The three places of the cache. A directory of another user, or one in which others may write, is none of ours,
    /// and neither is a symbolic link in a place that everybody may write to.
    private static let places = #"""
        p_place() { case $p_name in
        home) p_dir=$HOME/.cache/plush; case $HOME in /*) [ -d "$HOME" ];; *) false;; esac;;
        *) p_dir=$p_name/plush-$p_user; [ -d $p_name ];; esac; p_has=$?;
        p_agent=$p_dir/agent-$p_key p_stamp=$p_dir/agent-$p_key.$p_host.ok p_part=$p_dir/part-$p_token-$$ p_new=;
        return $p_has; };
        p_safe() { [ -O "$p_dir" ] || return; case $(ls -ld "$p_dir/.") in d????-??-*) ;; *) return 1;; esac;
        [ $p_name = home ] && return; [ -h "$p_dir" ] && return 1; [ -k $p_name ]; };
        """#

    /// Why something failed is the end of what the tool said, behind the last colon. (gzip begins with an empty line.)
    /// `p_have`: no transfer is needed where an earlier place had a damaged agent, or none, that cannot be replaced.
    private static let checks = #"""
        p_cause() { p_why=${p_err##*"$p_line"}; p_why=${p_why##*: }; [ "$p_why" ] || p_why="status $p_code"; };
        p_good() { p_then=$(TZ=UTC0 stat -c "$p_form" "$1"); case $($p_sum <"$1") in *$p_key*) ;; *) false;; esac; }
        2>/dev/null;
        p_have() { [ -x "$p_agent" ] && p_good "$p_agent" && p_test "$p_agent" && rm -f "$p_part"; };
        p_test() { p_text=$("$1" --version </dev/null 2>&1); p_code=$?; return $p_code; };
        """#

    /// Clocks of file systems tick: one that is altered twice within a tick (4 ms, or a second on old ones) has the
    /// same times after both. So a file that is written now must have another time than the agent's last change before
    /// `stat` is asked for the stamp; then a later change must show. And what is stamped must be what was verified,
    /// though another launch may have put its own in the same place. Without a stamp the next launch verifies again.
    private static let stamp = #"""
        p_mark() { [ "$p_then" ] || return; { for p_wait in .01 1 1; do
        echo >"$p_part.ok" || return; p_now=$(TZ=UTC0 stat -c "$p_form" "$p_part.ok");
        p_seen=$(TZ=UTC0 stat -c "$p_form" "$p_agent"); [ "${p_now##*|}" = "${p_seen##*|}" ] || break;
        p_seen=; sleep $p_wait || sleep 1; done;
        [ "${p_seen%|*}" = "${p_then%|*}" ] && echo "$p_seen" >"$p_part.ok" && mv -f "$p_part.ok" "$p_stamp" ||
        rm -f "$p_part.ok"; } 2>/dev/null; };
        """#

    /// Whether a place can be written and run from is tried before megabytes are sent: an empty file is a program to a
    /// shell, and is no program to the kernel where it must not be (126).
    private static let preparation = #"""
        p_make() { p_place || { p_why=absent; return 1; };
        [ -d "$p_dir" ] || { p_new=/; [ -d "${p_dir%/*}" ] || p_new="/ /plush"; };
        p_err=$(mkdir -p "$p_dir" 2>&1) || { p_code=$?; p_cause; return 1; };
        p_safe || { p_why=unsafe; return 1; };
        [ -d "$p_agent" ] && { p_why=foreign; return 1; };
        p_err=$( { : >"$p_part"; } 2>&1) || { p_code=$?; p_cause; return 1; };
        chmod 700 "$p_part"; "$p_part" </dev/null >/dev/null 2>&1;
        case $? in 126) p_why=noexec; return 1;; esac; };
        """#

    /// All bytes of a transfer are read, also where they cannot be kept, or the next would begin in the middle.
    ///
    /// Where `dd` can, the file is written at once: kernels with large folios then map it in pieces of up to 2 MB, which
    /// spares every start of the agent a fifth of its page faults (ext4 since Linux 6.16, XFS since 5.18). What gzip
    /// has to say about bytes that are no gzip is lost in the pipe, and the hash says it.
    ///
    /// The agent gets its name by a hard link, which fails where the name is taken: then another launch was quicker,
    /// and a right one stays. Replacing it would, on NFS, take the file away from agents that run on other hosts.
    private static let transfer = #"""
        p_pack=plain p_open=cat; command -v gzip >/dev/null 2>&1 && p_pack=gzip p_open="gzip -dc";
        p_keep="dd iflag=fullblock bs=33554432 status=none"; $p_keep count=0 </dev/null >/dev/null 2>&1 || p_keep=cat;
        p_take() { p_say need $p_pack; read -r p_size || p_quit;
        [ "$p_size" -gt 0 ] 2>/dev/null || p_fault protocol;
        p_err=$( { head -c "$p_size" | { $p_open | $p_keep >"$p_part"; p_code=$?; cat >/dev/null; exit $p_code; }; } 2>&1) ||
        { p_code=$?; p_cause; return 1; };
        p_good "$p_part" || p_fault damaged;
        p_test "$p_part" || { [ $p_code = 126 ] && p_why=noexec && return 1;
        p_fault run $p_code "${p_text%%"$p_line"*}"; };
        ln "$p_part" "$p_agent" 2>/dev/null || { p_kept=$p_then; [ -x "$p_agent" ] && p_good "$p_agent"; } ||
        { p_then=$p_kept; p_err=$(mv -f "$p_part" "$p_agent" 2>&1); } || { p_code=$?; p_cause; return 1; };
        rm -f "$p_part"; };
        """#
}
