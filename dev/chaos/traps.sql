create schema faults;

create table faults.traps (
    id bigint generated always as identity primary key,
    -- The job; for events and answers the organisation.
    trapped uuid not null,
    subject text not null,
    moment text not null
);

create function faults.hold(trap faults.traps) returns void language plpgsql as $$
begin
    -- Waits while the lock is held by us; otherwise it only shows whose transaction this is.
    perform pg_advisory_xact_lock_shared(trap.id);
    if trap.moment like '% committed' then
        -- The commit waits for a standby that does not exist.
        perform set_config('synchronous_commit', 'on', true);
    end if;
end $$;

create function faults.at_sub_step() returns trigger language plpgsql security definer as $$
declare
    trap faults.traps;
begin
    select * into trap from faults.traps t
    where t.trapped = new.job_id and t.subject = new.name and case
        when t.moment = 'intent' then old.intent_at is null and new.intent_at is not null
        when t.moment like 'sent%' then old.sent_at is null and new.sent_at is not null
        when t.moment = 'completed' then old.status <> 'completed' and new.status = 'completed'
    end;
    if found then
        perform faults.hold(trap);
    end if;
    return new;
end $$;

create function faults.at_decision() returns trigger language plpgsql security definer as $$
declare
    trap faults.traps;
begin
    select * into trap from faults.traps t
    where t.trapped = new.job_id and t.subject = new.gate and t.moment like 'decision%' and new.accepted;
    if found then
        perform faults.hold(trap);
    end if;
    return new;
end $$;

create function faults.at_event() returns trigger language plpgsql security definer as $$
declare
    trap faults.traps;
begin
    select * into trap from faults.traps t
    where t.trapped = new.organisation_id and t.subject = new.what and t.moment like 'event%';
    if found then
        perform faults.hold(trap);
    end if;
    return new;
end $$;

create function faults.at_answer() returns trigger language plpgsql security definer as $$
declare
    trap faults.traps;
begin
    select * into trap from faults.traps t
    where t.trapped = new.organisation_id and t.subject = 'answer' and t.moment like 'answer%' and new.status is not null;
    if found then
        perform faults.hold(trap);
    end if;
    return new;
end $$;

create trigger faults_hold before insert on registration.registration_events
    for each row execute function faults.at_event();
create trigger faults_hold before update on registration.registration_idempotency
    for each row execute function faults.at_answer();
create trigger faults_hold before update on registration.registration_sub_steps
    for each row execute function faults.at_sub_step();
create trigger faults_hold before insert on registration.registration_decisions
    for each row execute function faults.at_decision();
