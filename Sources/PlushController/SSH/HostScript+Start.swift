extension HostScript {
    /// The script of ``start(agentHash:machine:token:logPath:isThorough:)``.
    ///
    /// The usual case, an agent that is there and stamped, needs one process besides the shell: `stat` (1.5 ms, where a
    /// SHA-256 of the agent takes 74). The stamp `agent-HASH.HOST.ok` holds inode, size, and the times of modification
    /// and change as `stat` gave them after the host's own tool had found the right SHA-256 and the agent had been run
    /// once. Whatever truncates, alters or replaces the file changes one of them; the time of change cannot be set by a
    /// user. The host's name is part of it because homes are shared: between machines with another processor, or where
    /// one mounts them noexec, what ran on one need not run on the next, and a shell that is given a program of another
    /// machine reads it as a script.
    ///
    /// `$HOME/.cache` is used and `XDG_CACHE_HOME` is not: shells that are no login shells rarely have it, so that one
    /// host would have two caches, and `plush clean` would find one.
    static let startScript = oneLine(fastPath, surroundings, tools, install, course)

    /// Names begin with `p_`, as none of the user's variables may change for the agent. `p_go` is the one way out.
    private static let fastPath = #"""
        p_key=$1 p_token=$2 p_machine=$3 p_mode=$4 p_log=$5 p_part= p_new= p_mask=;
        p_say() { printf "\001plush-host %s\n" "$*"; };
        # Removes what this launch has begun, directories that it made included.
        p_drop() { rm -f "$p_part" "$p_part.ok"; for p_made in $p_new; do rmdir "${p_dir%$p_made}"; done; } 2>/dev/null;
        p_fault() { [ -z "$p_part" ] || p_drop; p_say fault "$@"; exit 1; };
        # Where the agent makes its own directory.
        for p_run in "$TMPDIR" /tmp /var/tmp ""; do
        case $p_run in /*) [ -d "$p_run" ] && [ -w "$p_run" ] && [ -x "$p_run" ] && break;; esac; done;
        [ "$p_run" ] || p_fault temporary;
        # The third word is the address at which this host was reached: others can reach it there too, if any can.
        p_at=${SSH_CONNECTION#* }; p_at=${p_at#* }; p_at=${p_at%% *};
        case $p_at in *[.:]*) ;; *) p_at=0.0.0.0;; esac;
        p_go() { [ -z "$p_mask" ] || p_back;
        exec "$p_agent" --directory "$p_run/plush-$p_token" --listen "$p_at" ${p_log:+--log "$p_log"}; };
        p_form="%i %s %y|%z";
        p_host=; { read -r p_host </proc/sys/kernel/hostname; } 2>/dev/null;
        p_look() { p_agent=$p_dir/agent-$p_key p_stamp=$p_dir/agent-$p_key.$p_host.ok p_seen=;
        [ $p_mode = trust ] && { read -r p_seen <"$p_stamp"; } 2>/dev/null;
        [ "$p_seen" ] && [ -O "$p_dir" ] && [ -x "$p_agent" ] &&
        [ "$(TZ=UTC0 stat -c "$p_form" "$p_agent" 2>/dev/null)" = "$p_seen" ] && p_go; };
        p_dir=$HOME/.cache/plush;
        case $HOME in /*) p_look;; esac;
        """#

    /// Messages are asked for in English, because their ends are told; the agent gets its surroundings back.
    private static let surroundings = #"""
        p_mask=$(umask) p_was=${LC_ALL+is$LC_ALL}; umask 077; LC_ALL=C; export LC_ALL;
        p_back() { umask $p_mask; case $p_was in is*) LC_ALL=${p_was#is};; *) unset LC_ALL;; esac; };
        p_quit() { [ -z "$p_part" ] || p_drop; exit 1; };
        trap p_quit HUP INT TERM PIPE;
        p_line=$(printf "\n."); p_line=${p_line%.};
        p_is=$(uname -sm 2>/dev/null);
        case $p_is in ""|"Linux $p_machine") ;;
        "Linux "*) p_fault machine "${p_is#Linux }" $p_machine;; *) p_fault system "$p_is";; esac;
        """#

    /// A tool that claims to make SHA-256 has to know that of nothing. None of the answers is taken apart: the right
    /// hash is somewhere in it or not.
    private static let tools = #"""
        p_lack=; for p_tool in cat chmod head id ls mkdir mv rm rmdir; do
        command -v $p_tool >/dev/null 2>&1 || p_lack="$p_lack $p_tool"; done;
        p_sum=; for p_tool in sha256sum "shasum -a 256" "openssl dgst -sha256" "busybox sha256sum"; do
        command -v ${p_tool%% *} >/dev/null 2>&1 || continue;
        case $($p_tool </dev/null 2>/dev/null) in *e3b0c44298fc1c149afbf4c8996fb924*) p_sum=$p_tool; break;; esac; done;
        [ "$p_sum" ] || p_lack="$p_lack sha256sum";
        [ -z "$p_lack" ] || p_fault tools $p_lack;
        p_user=$(id -u);
        """#

    /// An agent that is there, without a stamp that fits, is verified before one is asked for. One that is damaged is
    /// replaced, also where a later place has a good one, which is used if that is not possible. Agents of other versions
    /// that nobody has used for thirty days go when a new one is installed, and so do remains of killed installations.
    private static let course = #"""
        for p_name in home /var/tmp /tmp; do
        p_place && [ -f "$p_agent" ] && p_safe || continue;
        [ $p_name = home ] || p_look;
        [ -x "$p_agent" ] || continue; p_good "$p_agent" || break;
        p_test "$p_agent" && { p_mark; p_go; }; done;
        p_whys=; for p_name in home /var/tmp /tmp; do
        p_make && { p_have || p_take; } && {
        find "$p_dir" -type f "(" -name "agent-*" -atime +30 -mtime +30 -o -name "part-*" -mtime +1 ")"
        -exec rm -f {} + 2>/dev/null; p_mark; p_go; };
        p_drop; p_whys="$p_whys|$p_name=$p_why"; done;
        p_part=; p_fault nowhere "${p_whys#|}"
        """#
}
