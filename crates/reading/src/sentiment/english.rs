//! The English lexicon.

use super::lexicon::{
    PhraseKind::{Complaint, Custom, Feeling, Threat},
    Source,
};

pub const ENGLISH: Source = Source {
    words: &[
        (
            3.0,
            "adore adored adores bless thrilling magnificent spectacular marvel gem heroes hero godsend unbeatable splendid fabulous exceeded joy joyful bliss elated grinning \
             amazing awesome brilliant excellent fantastic incredible outstanding perfect perfectly superb terrific wonderful wonderfully \
             delighted thrilled ecstatic lifesaver phenomenal exceptional stellar flawless legend overjoyed",
        ),
        (
            2.0,
            "favourite favorite enjoyable painless effortless effortlessly seamless seamlessly impressive relief reassured reassuring reassuringly patient understanding thoughtful generous lenient charming trustworthy reliable stunning gorgeous handy valuable worthwhile lucky proud excited smiling smile blessed satisfying satisfactory welcoming cheerful supportive knowledgeable attentive responsive efficient efficiently win winner praise kudos congrats congratulations bravo props mint ace loyal cosy spotless tasty delicious yummy fresh caring warm beautifully brilliantly wow \
             great love loved loving lovely impressed impressive pleased happy happier happiest glad grateful thankful \
             appreciative helpful relieved cheers yay hooray woohoo beautiful delightful superbly pleasant enjoyed enjoy satisfied best \
             friendly kind courteous marvellous marvelous recommend",
        ),
        (
            1.0,
            "good nice nicely cool sweet neat smooth smoothly professional polite quick quickly comfortable fab super solved sorted fixed",
        ),
        (
            -1.0,
            "slow poor poorly unhelpful confusing inconvenient unclear unprofessional annoying seriously unreliable disorganised tired late",
        ),
        (
            -2.0,
            "shocked horrified speechless overpriced overcharged underwhelming underwhelmed clunky buggy glitchy flimsy tacky cheaply mediocre inferior incomplete inaccurate inconsistent inflexible obnoxious arrogant condescending patronising patronizing dismissive indifferent uncaring heartless callous hostile aggressive sarcastic grumpy moody incapable inept amateurish amateur amateurs chaotic chaos shambles farce circus absurd senseless illogical ludicrous insane crazy nuts laughable laughed mocked humiliated humiliating humiliation offended offensive insulted insult betrayed betrayal abandoned neglected neglect forgotten deceived deceitful deceptive misled dishonest untrustworthy shady dodgy fishy suspicious swindled robbed conned bullied harassed harassing threatened pressured exhausted exhausting drained desperate desperately miserable depressed depressing crying tears heartbroken devastated devastating sad sadly gutted stressed anxious panicking panicked unbearable unsafe dangerous painful agony suffering suffered suffer bothered bothering pestering spamming annoys hates dislike disliked detest loathe despise resent resentful bitter complaining tedious boring dull hassle pain ordeal headache inconvenienced disrespectful disrespected disrespect unreasonable excessive extortionate greed ripped worthless valueless trash junk filthy dirty gross nasty stinks stink vile poorest cheating worsened deteriorated downhill unlucky ugh argh grr meh yikes smh screwed messed botched bungled mishandled mistreated blamed blaming excuse excuses rant idiot moron morons fool fools fooled foolish stupidity nonsensical wasted wasting wasteful unresolved overdue unanswered \
             bad worse annoyed unhappy upset angry mad disappointed disappointing disappointment frustrated frustrating frustration dissatisfied \
             unsatisfied unfriendly impolite useless pointless careless sloppy misleading unfair unjustified irritated irritating \
             nonsense regret fail hate hated stupid dumb idiotic idiots incompetent clueless ignored lied lying liars lies liar cheated cheat \
             rude ruined sick stressful dreadful mess shame ashamed embarrassing sucks suck crap rubbish garbage lousy shoddy greedy insulting",
        ),
        (
            -3.0,
            "hellish hideous horrendous horrid horrific horribly dire ghastly revolting repulsive despicable contemptible deplorable diabolical criminal fraudulent fraudsters scammed robbery outrage enraged raging rage seething infuriates fury disgust sickening sickened sucked bastards arse asshole assholes cunts bloody fuck fucked piss pissed unforgivable insufferable trainwreck catastrophe catastrophic \
             terrible horrible awful appalling atrocious abysmal disgusting disgusted disgrace disgraceful pathetic ridiculous outrageous outraged \
             unacceptable worst furious livid fuming hopeless nightmare joke scandal scandalous shameful shocking unbelievable inexcusable \
             infuriating infuriated ripoff thieves crooks scammers bullshit wtf shit shitty fucking damn hell disastrous disaster intolerable",
        ),
    ],
    negators: "not no never nothing nobody none neither nor without hardly barely cannot cant dont doesnt didnt isnt arent wasnt werent \
               hasnt havent hadnt wont wouldnt couldnt shouldnt aint",
    stronger: "very really so extremely totally completely absolutely utterly incredibly truly super too deeply highly insanely \
               terribly awfully such beyond quite",
    weaker: "slightly somewhat little bit kinda fairly rather mildly partly",
    wishes: "would could should hope hopefully hoping wish if please looking",
    buts: "but however although though yet except until",
    phrases: &[
        (
            Custom,
            0.0,
            "appreciate your effort|appreciate your efforts|appreciate your help|appreciate your assistance|appreciate the offer|appreciate that|appreciate it|i appreciate|great thank you|great thanks|great and|great can you|great could you|sounds good|that sounds good|looks good|everything looks good|all good|is good|good with that|is fine|perfect thank you can|would be helpful|it would be helpful|glad to hear that but|lucky number|crying baby|fresh start|pain relief|tax relief|speak to a supervisor|sad to say|win a|understanding of|my understanding|warm water|loyal customer|patient record|patient number|escalate this to the|bunch of flowers|bunch of questions|on hold at the moment|\
             good morning|good afternoon|good evening|good day|good night|goodnight|kind regards|best regards|best wishes|best way|best time|best \
             number|best option|best place|good time to|good time for|good way|a good idea|is it bad|how late|too late to|late fee|late fees|late \
             payment|it would be great|that would be great|would be great|would be nice|would be lovely|would be good|would be helpful|would be \
             perfect|would be awesome|would be appreciated|i would love to|id love to|would love to|happy to wait|happy to|be happy to|be glad to|no \
             thanks|no thank you|no problem|no worries|not a problem|not to worry|no hurry|no rush|sorry to bother|sorry for|have a nice day|have a \
             good day|have a great day|have a good one|nice day|enjoy your day|kind of|what kind|which kind|any kind|some kind|a kind|my love|no \
             complaints|no complaint|nothing bad|nothing wrong|nothing else|nothing more|any good|quick question|a quick|how quickly|as quickly|how \
             good|how bad|smooth transition|sick leave|sick pay|sick note|sick day|sick days|bad credit|poor credit|bad debt|perfect match|cool \
             bag|great britain|make a complaint|file a complaint|complaint form|super saver|so far|nothing to pay|it is not urgent|hate to \
             bother|waste bin|is it fixed|fixed rate|fixed term|fixed contract|fixed price|fixed line|not solved|love it if|appreciate it \
             if|grateful if|be grateful|be appreciated|best before|fair enough|good to know|a good one for|not so much|if not|professional plan|professional account",
        ),
        (
            Feeling,
            3.0,
            "could not ask for more|couldnt ask for more|cant ask for more|went out of your way|goes out of their way|fits like a glove|best decision|big step up|bless you|will be back|a joy|ever had the pleasure|most helpful|most lenient|most patient|so much better|way better|much better than|easiest|never been easier|made it easy|so easy|a real pleasure|a pleasure|ever spoken to|ever dealt with|put a smile|big thank you|huge thank you|huge thanks|\
             made my day|saved my day|saved my life|could not be happier|couldnt be happier|cant thank you enough|cannot thank you enough|thank you so \
             much|thanks so much|best service|best support|exactly what i needed|just what i needed|ten out of ten|10 out of 10|10/10|five \
             stars|5 stars|youre a star|you are a star|youre the best|you are the best|youre amazing|keep up the good work|above and beyond|hats \
             off|blown away|works like a charm|nothing to complain about|over the moon|top notch|first class",
        ),
        (
            Feeling,
            2.0,
            "thanks a lot|thank you very much|many thanks|thanks a million|thanks a bunch|much appreciated|well done|good job|great job|works now|it \
             works|working now|works perfectly|works great|that worked|that helped|that fixed it|all sorted|not bad|no complaints at all|would \
             recommend|will recommend|very kind|kind of you|so kind|really appreciate|truly appreciate|greatly appreciate|greatly appreciated|very much appreciated|appreciate you|so appreciate|problem solved|issue resolved|cant complain|in no \
             time|weight off my mind|spot on|so helpful|looks lovely",
        ),
        (
            Feeling,
            -3.0,
            "breaking point|at the end of my rope|should be fired|should be ashamed|be ashamed|have some decency|no decency|could not care less|couldnt care less|dont care|doesnt care|do not care|zero respect|no respect|no idea what|reading from a script|ruined my|ruined our|paying you for|what am i paying|what exactly am i paying|no excuse|is a farce|makes no sense|make no sense|nobody takes responsibility|treat people|treat customers|treat your customers|kind of company|sort of company|could run this better|bunch of|get your act together|get a grip|sort yourselves out|never known|in my life|in all my years|\
             thanks for nothing|what a joke|a joke|fed up|sick of|sick and tired|had enough|enough is enough|shame on you|zero stars|no stars|one \
             star|ripped off|rip off|rip me off|ripping me off|waste of money|waste of time|wasting my time|waste my time|losing patience|lost \
             patience|losing my patience|patience is at an end|out of patience|running out of patience|driving me mad|driving me crazy|driving me \
             insane|feels like a scam|a total scam|total scam|what a scam|you scammed|lost all trust|lost trust|no longer trust|dont trust you|worst \
             experience|at my wits end|last straw|makes me sick|makes me angry|beyond a joke|end of my tether|blood boil|how dare|are you kidding|you \
             must be joking|are you serious|give me strength|do your job|not good enough|good for nothing|could not be worse|couldnt be \
             worse|cant stand|let me down|let us down|letting me down|would not recommend|wouldnt recommend|never recommend|not recommend|stabbed in the \
             back|slap in the face|taking the piss|pissed off|treated like",
        ),
        (
            Feeling,
            -2.0,
            "not ok|not okay|not acceptable|not fair|isnt fair|not right|not on|not helpful|not impressed|not amused|not pleased|not happy|not \
             satisfied|not funny|not working properly|no use|of no help|no help at all|less than impressed|nothing works|still nothing|leaves a lot to be \
             desired|come on|for gods sake|for heavens sake|for crying out loud|you never|hung up on me|hang up on me|talk to the wall",
        ),
        (
            Complaint,
            -2.0,
            "every single time|every time i call|another wrong|another month|no show|no shows|never showed up|didnt show up|did not show up|never turned up|didnt turn up|did not turn up|keep getting|keeps happening|keeps crashing|keep being told|keeps telling|keep cancelling|cut off again|got cut off|get cut off|been on hold|kept on hold|on hold for|hung up|no help|doesnt help|does not help|didnt help|been trying for|tried everything|trying to reach you|cant get through|cannot get through|gets worse|getting worse|got worse|gone downhill|going downhill|even though i told|as i already said|as i said before|already told you|told you already|already explained|not answering|wont answer|refuse to|refuses to|refused to|still bill me|still not|still no|not once|for the last time|yet another|weeks and nothing|want compensation|demand compensation|i demand|demand a|days in a row|out of my pocket|nobody told me|no one told me|nobody informed|lost my job|the runaround|run around|different story|different answer|different answers|\
             nobody answers|no one answers|nobody has answered|no one has answered|nobody answered|no one answered|nobody replies|no one \
             replies|nobody calls|no one calls|nobody ever|no one ever|nobody listens|no one listens|nobody cares|no one cares|nobody helps|no one \
             helps|nobody knows|no one knows|nobody is helping|no one is helping|nobody called|no one called|nobody came|no one came|third time|fourth \
             time|fifth time|sixth time|tenth time|how many times|how many more|how much longer|times already|again and again|over and over|yet \
             again|late again|wrong again|same question again|keep asking me|keeps asking me|keep sending me|keep telling me|kept telling \
             me|passed around|passed from|sent in circles|going in circles|going round in circles|taking forever|takes forever|took forever|for \
             ages|been ignored|ignoring me|being ignored|you promised|was promised|were promised|still no reply|still no answer|still no response|no \
             reply|still have nothing|still havent heard|do you even|did you even|read what i write|read what i wrote|your mistake|your fault|my \
             fault|anyone there|answer me|stop sending me|stop calling me|stop asking|nothing was done|nothing is done|nothing has been done|nothing \
             happens|nothing happened since|why does nobody|why does no one|paying full price|speak to a manager right now|speak to your \
             manager|speak to your supervisor|want a manager|want your manager|get me a manager|your supervisor now|have been waiting|ive been \
             waiting|been waiting|keep waiting|kept waiting|still waiting|dont waste|and nobody|and no one|another useless",
        ),
        (
            Threat,
            -3.0,
            "wont be renewing|not be renewing|will not renew|wont renew|not renewing|looking for another provider|find another provider|other providers|take my money elsewhere|close my account immediately|last chance|youll regret|wont be back|not be back|wont come back|will not be back|not coming back|going public|on social media|on twitter|to the papers|taking this further|take this further|escalate this to|formal complaint|small claims court|cancel my contract immediately|cancelling immediately|\
             never again|take my business elsewhere|taking my business elsewhere|go elsewhere|going elsewhere|switch to a competitor|switching to \
             a competitor|moving to a competitor|going to your competitor|cancelling everything|cancel everything|im done with|i am done \
             with|done with you|done with this|youve lost me|you have lost me|lost a customer|losing a customer|lose a customer|lose me as a \
             customer|leaving your company|leaving you for|my lawyer|my solicitor|a lawyer|my attorney|legal action|take you to court|see you in \
             court|small claims|sue you|report you|reporting you|ombudsman|trading standards|consumer protection|the regulator|better business \
             bureau|chargeback|go to the press|call the police on you|leave a bad review|post this everywhere|tell everyone|never buy|never buying|never \
             shop|never use you|never using|last time i|close all my accounts|warn everyone|warn others",
        ),
    ],
};
